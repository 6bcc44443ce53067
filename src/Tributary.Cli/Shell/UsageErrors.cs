using System.CommandLine;
using System.CommandLine.Parsing;
using Tributary.Federation.Experiments;
using Tributary.Numerics;

namespace Tributary.Cli.Shell;

/// <summary>Refuses a command line that does not parse, with the first thing that is wrong and the nearest known name.</summary>
internal static class UsageErrors
{
    /// <exception cref="InputException">The line does not parse.</exception>
    public static void Refuse(ParseResult parsed)
    {
        var verb = parsed.CommandResult.Command;
        var help = verb is RootCommand ? "tributary --help" : $"tributary {Path(parsed.CommandResult)} --help";
        if (UnknownOption(parsed) is { } option)
        {
            throw new InputException($"unknown option '{option}'{Nearest.Hint(option, verb.Options.Select(known => known.Name))} (see `{help}`)");
        }

        if (parsed.UnmatchedTokens is [var unknown, ..])
        {
            var what = verb.Subcommands.Count > 0 ? "verb" : "argument";
            throw new InputException($"unknown {what} '{unknown}'{Nearest.Hint(unknown, verb.Subcommands.Select(known => known.Name))} (see `{help}`)");
        }

        if (parsed.Errors is [var error, ..])
        {
            throw new InputException($"{(verb.Subcommands.Count > 0 ? $"say which: {string.Join(", ", verb.Subcommands.Select(known => known.Name))}" : InPlainWords(error.Message))} (see `{help}`)");
        }
    }

    // The parser takes an option that it does not know for the value of an argument.
    private static string? UnknownOption(ParseResult parsed) => parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens)
        .Select(token => token.Value).Concat(parsed.UnmatchedTokens).FirstOrDefault(value => value.StartsWith("--", StringComparison.Ordinal));

    private static string Path(CommandResult result) =>
        result.Parent is CommandResult { Command: not RootCommand } parent ? $"{Path(parent)} {result.Command.Name}" : result.Command.Name;

    private static string InPlainWords(string message) => message.TrimEnd('.')
        .Replace("expected type 'System.Int32'", "a whole number", StringComparison.Ordinal)
        .Replace("expected type 'System.UInt64'", "a whole number of 0 or more", StringComparison.Ordinal)
        .Replace("expected type 'System.Double'", "a number", StringComparison.Ordinal);
}
