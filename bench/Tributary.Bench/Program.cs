using BenchmarkDotNet.Running;

// dotnet run --project bench/Tributary.Bench -c Release -- --filter '*Gemm*'
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
