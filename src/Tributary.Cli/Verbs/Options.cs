using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Tributary.Numerics;
using Tributary.Numerics.Storage;

namespace Tributary.Cli.Verbs;

/// <summary>Options that several verbs share. A number outside its range is refused while the line is parsed.</summary>
internal static class Options
{
    /// <summary><c>--json</c>.</summary>
    public static Option<bool> Json() => new("--json") { Description = "print one JSON document and nothing else" };

    /// <summary><c>--seed</c>: the seed of every random number.</summary>
    public static Option<ulong> Seed() => new("--seed") { Description = "seed of every random number", DefaultValueFactory = _ => 1 };

    /// <summary><c>--threads</c>: 0 is one for each core.</summary>
    public static Option<int> Threads() => Whole("--threads", "threads to compute with; 0: one for each core", 0, 0, 1024);

    /// <summary>The path of a file or folder; <paramref name="shown"/> stands for it in the help.</summary>
    public static Option<string> Path(string name, string description, string shown = "DIR")
    {
        var option = new Option<string>(name) { Description = description, HelpName = shown };
        option.Validators.Add(result => RefuseEmpty(result, name));
        return option;
    }

    /// <summary>The path that a verb is about.</summary>
    public static Argument<string> PathArgument(string name, string description)
    {
        var argument = new Argument<string>(name) { Description = description };
        argument.Validators.Add(result => RefuseEmpty(result, name));
        return argument;
    }

    /// <summary>A whole number within a range.</summary>
    public static Option<int> Whole(string name, string description, int otherwise, int smallest, int largest) =>
        Within(new Option<int>(name) { Description = description, DefaultValueFactory = _ => otherwise }, smallest, largest);

    /// <summary>A whole number within a range, or none.</summary>
    public static Option<int?> Whole(string name, string description, int smallest, int largest) =>
        Within(new Option<int?>(name) { Description = description, HelpName = "n" }, smallest, largest);

    /// <summary>One of a few names.</summary>
    public static Option<string> OneOf(string name, string description, string otherwise, params string[] names)
    {
        var option = new Option<string>(name) { Description = $"{description}: {string.Join(", ", names)}", DefaultValueFactory = _ => otherwise };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !names.Contains(token.Value, StringComparer.Ordinal))
            {
                result.AddError($"{name} is '{token.Value}'; it must be one of {string.Join(", ", names)}");
            }
        });
        return option;
    }

    /// <summary><c>--base-dtype</c>: how frozen weights are kept; read with <see cref="Storage"/>.</summary>
    public static Option<string> BaseDtype() => OneOf("--base-dtype", "storage of frozen weights", StorageTypes.Name(StorageType.F32), [.. StorageTypes.Names]);

    /// <summary>The storage that <c>--base-dtype</c> names.</summary>
    public static StorageType Storage(ParseResult parsed, Option<string> dtype) => StorageTypes.Find(parsed.GetRequiredValue(dtype))!.Value;

    private static TOption Within<TOption>(TOption option, int smallest, int largest)
        where TOption : Option
    {
        option.Validators.Add(result => Refuse(result, value => value >= smallest && value <= largest, $"must be from {smallest} to {largest}"));
        return option;
    }

    private static void RefuseEmpty(SymbolResult result, string name)
    {
        if (result.Tokens is [{ Value: "" }])
        {
            result.AddError($"{name} is empty; give a path");
        }
    }

    private static void Refuse(OptionResult result, Func<int, bool> holds, string rule)
    {
        // What is not a whole number at all is refused by the parser itself.
        if (result.Tokens is [var token] && int.TryParse(token.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && !holds(value))
        {
            result.AddError($"{result.Option.Name} is {value}; it {rule}");
        }
    }
}
