using Gaia.Tests.Caching;
using Gaia.Tests.Survival;
using Xunit.Runner.InProc.SystemConsole;

// The tests, or one of the processes that they kill.
return args switch
{
    [NodeProgram.Name, .. var settings] => await NodeProgram.RunAsync(settings),
    [WriterProgram.Name, .. var settings] => await WriterProgram.RunAsync(settings),
    _ => await ConsoleRunner.Run(args),
};
