using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Engine;

/// <summary>Stops a graph from its edge to its ground: a process is stopped when everything that waited for it is gone.</summary>
internal static class ReverseOrder
{
    /// <summary>The whole graph is gone within 10 s, the last SIGKILL and some reserve included.</summary>
    private static readonly TimeSpan Whole = TimeSpan.FromSeconds(8);

    /// <summary>What is kept for each of those below: a layer that has requests to finish may take the rest.</summary>
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(500);

    public static async Task StopAsync(IReadOnlyList<Supervisor> supervisors)
    {
        var heights = new Dictionary<IResource, int>();
        var layers = supervisors.GroupBy(s => HeightOf(s.Resource, heights)).OrderByDescending(layer => layer.Key).ToList();

        var began = TimeProvider.System.GetTimestamp();
        foreach (var (index, layer) in layers.Index())
        {
            var below = layers.Count - 1 - index;
            var grace = Whole - TimeProvider.System.GetElapsedTime(began) - (Least * below);
            await Task.WhenAll(layer.Select(s => s.StopAsync(grace)));
        }
    }

    private static int HeightOf(IResource resource, Dictionary<IResource, int> known)
    {
        if (!known.TryGetValue(resource, out var height))
        {
            // For the time being, so that a cycle ends.
            known[resource] = 0;
            var below = resource.Annotations.OfType<WaitAnnotation>().Select(w => w.Resource).ToList();
            height = below.Count == 0 ? 0 : 1 + below.Max(r => HeightOf(r, known));
            known[resource] = height;
        }

        return height;
    }
}
