using Tributary.Cli.Shell;

using var terminal = Terminal.OfProcess();
return Tributary.Cli.Tool.Run(args, terminal);
