namespace Gaia;

public static class Probe
{
    /// <summary>
    /// Looks at what the service stands on, in a flow of its own. What is said or begun meanwhile (a complaint, a connection) concerns the service and not the
    /// request that happened to ask: it carries neither its path nor its trace, which telemetry leaves out.
    /// </summary>
    public static Task<T> RunAsync<T>(Func<Task<T>> look)
    {
        using (ExecutionContext.SuppressFlow())
        {
            return Task.Run(look);
        }
    }
}
