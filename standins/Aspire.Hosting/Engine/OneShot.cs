namespace Aspire.Hosting.Engine;

/// <summary>Runs a program that prepares something and ends, such as initdb.</summary>
internal static class OneShot
{
    public static async Task RunAsync(ProcessContext context, ProcessSpec spec, CancellationToken cancellationToken)
    {
        List<string> lines = [];
        var log = new ApplicationModel.ResourceLog(line =>
        {
            lock (lines)
            {
                lines.Add(line.Content);
            }
        });

        var child = ChildProcess.Start(spec, context.Resource.Name, log, context.Watchdog);
        await using var stop = cancellationToken.Register(() => Signals.SendToGroup(child.Id, "KILL"));
        var exitCode = await child.Exited;
        cancellationToken.ThrowIfCancellationRequested();

        if (exitCode != 0)
        {
            throw StartFailure.FromOutput(context.Resource.Name, $"{Path.GetFileName(spec.FileName)} failed with exit code {exitCode}", lines);
        }
    }
}
