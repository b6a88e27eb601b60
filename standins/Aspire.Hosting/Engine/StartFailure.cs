namespace Aspire.Hosting.Engine;

/// <summary>A resource cannot start: which, why, and what to do, fit for one line.</summary>
internal sealed class StartFailure(string resource, string reason, string remedy, Exception? inner = null)
    : DistributedApplicationException($"{resource}: {reason}. {remedy}", inner!)
{
    /// <summary>Finds the words for a process that ended before it was ready, from the last lines that it wrote.</summary>
    public static StartFailure FromOutput(string resource, string what, IEnumerable<string> output)
    {
        var lines = output.ToList();
        string? Find(string text) => lines.LastOrDefault(line => line.Contains(text, StringComparison.OrdinalIgnoreCase));

        return Find("No space left on device") is { } full ? new(resource, full.Trim(), "Free some disk space.")
            : (Find("address already in use") ?? Find("Address in use")) is { } taken
            ? new(resource, taken.Trim(), "Stop the program that has the port, or choose another port.")
            : new(resource, $"{what}: {lines.LastOrDefault(line => line.Length > 0)?.Trim().TrimEnd('.') ?? "it wrote nothing"}", "Its output is above.");
    }

    public static StartFailure FromException(string resource, Exception e) => e switch
    {
        StartFailure failure => failure,
        IOException or UnauthorizedAccessException => new(resource, e.Message.TrimEnd('.'), "Free some disk space, or make the folder writable.", e),
        MissingParameterValueException => new(resource, e.Message.TrimEnd('.'), "", e),
        _ => new(resource, e.Message.TrimEnd('.'), "Correct the AppHost.", e),
    };
}
