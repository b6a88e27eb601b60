namespace Gaia.AppHost;

/// <summary>What stops a start is said to a person in one line, without a stack trace.</summary>
internal static class StartErrors
{
    public static void PrintOnOneLine() => AppDomain.CurrentDomain.UnhandledException += static (_, e) =>
    {
        switch (e.ExceptionObject)
        {
            case DistributedApplicationException error:
                Console.Error.WriteLine(error.Message);
                Environment.Exit(1);
                break;

            // Told to stop while it starts: whoever stopped it has said why.
            case OperationCanceledException:
                Environment.Exit(Environment.ExitCode);
                break;
        }
    };
}
