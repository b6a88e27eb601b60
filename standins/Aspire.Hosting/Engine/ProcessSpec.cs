using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Engine;

/// <summary>How to run a resource as a process; asked anew before every start.</summary>
internal sealed class ProcessAnnotation(Func<ProcessContext, CancellationToken, Task<ProcessSpec>> prepare) : IResourceAnnotation
{
    public Task<ProcessSpec> PrepareAsync(ProcessContext context, CancellationToken cancellationToken) => prepare(context, cancellationToken);
}

internal sealed record ProcessSpec(string FileName, IReadOnlyList<string> Arguments)
{
    public string? WorkingDirectory { get; init; }

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Who runs it; null is who runs the AppHost.</summary>
    public UnprivilegedUser? User { get; init; }

    public string StopSignal { get; init; } = "TERM";
}

/// <summary>What a resource needs to know before one of its processes starts.</summary>
internal sealed record ProcessContext(IResource Resource, string InstanceId, ResourceLog Log, Watchdog Watchdog)
{
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>Its volume, or a folder that goes away with the run.</summary>
    public required string DataFolder { get; init; }

    /// <summary>True when nothing in <see cref="DataFolder"/> outlives the run.</summary>
    public required bool IsThrowaway { get; init; }

    /// <summary>For configuration files; goes away with the run.</summary>
    public required string PrivateFolder { get; init; }

    /// <summary>The port that this process listens on for an endpoint.</summary>
    public required Func<string, int> Port { get; init; }
}
