using Gaia.Tests.Caching;
using Gaia.Tests.Survival;
using Xunit.Runner.InProc.SystemConsole;

// Runs the tests, or one of the processes that tests kill.
return args switch
{
    [NodeProgram.Name, .. var settings] => await NodeProgram.RunAsync(settings),
    [WriterProgram.Name, .. var settings] => await WriterProgram.RunAsync(settings),
    _ => await ConsoleRunner.Run(args),
};
