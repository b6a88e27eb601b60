namespace Gaia.Tests.Survival;

/// <summary>Reads and changes a few documents on all nodes that live, until it is over: brisk enough for races, and with room for other tests.</summary>
internal static class Load
{
    private const int Documents = 16;
    private const int ReadersPerNode = 3;
    private static readonly TimeSpan BetweenReads = TimeSpan.FromMilliseconds(3);
    private static readonly TimeSpan BetweenChanges = TimeSpan.FromMilliseconds(10);

    public static IEnumerable<string> Ids => Enumerable.Range(0, Documents).Select(i => $"d{i}");

    public static Task RunAsync(IReadOnlyList<Node> nodes, Promise promise, CancellationToken over) => Task.WhenAll(
    [
        .. from node in nodes from _ in Enumerable.Range(0, ReadersPerNode) select Task.Run(() => ReadAsync(node, promise, over), CancellationToken.None),

        // Each writer has documents of its own, so that no two changes of one are under way at once.
        .. Ids.Chunk(Documents / 2).Select(own => Task.Run(() => ChangeAsync(nodes, own, promise, over), CancellationToken.None)),
    ]);

    private static async Task ReadAsync(Node node, Promise promise, CancellationToken over)
    {
        string[] ids = [.. Ids];
        while (!over.IsCancellationRequested)
        {
            if (node.Lives)
            {
                await promise.ReadAsync(node, Random.Shared.Next(2) is 0 ? "doc" : "docs", ids[Random.Shared.Next(ids.Length)]);
            }

            await Task.Delay(BetweenReads, CancellationToken.None);
        }
    }

    private static async Task ChangeAsync(IReadOnlyList<Node> nodes, string[] own, Promise promise, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            var node = nodes[Random.Shared.Next(nodes.Count)];
            if (node.Lives)
            {
                await promise.ChangeAsync(node, own[Random.Shared.Next(own.Length)]);
            }

            await Task.Delay(BetweenChanges, CancellationToken.None);
        }
    }
}
