using Gaia.Tests.Survival;
using Xunit.Runner.InProc.SystemConsole;

// The tests, or one of the processes that they kill.
return args is [NodeProgram.Name, .. var settings] ? await NodeProgram.RunAsync(settings) : await ConsoleRunner.Run(args);
