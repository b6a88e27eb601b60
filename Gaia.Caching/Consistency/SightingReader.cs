using Gaia.Caching.Administration;
using Gaia.Caching.Engine;
using Gaia.Caching.Reading;
using Gaia.Caching.Store;

namespace Gaia.Caching.Consistency;

/// <summary>Asks all nodes, and Redis where a look says so, what they hold.</summary>
internal sealed class SightingReader(CacheCluster cluster, CacheNode node, SourceReader source, CachingOptions options)
{
    private const int KeysPerQuestion = 1_000;

    /// <param name="looks">What to look at.</param>
    /// <param name="chosen">How many keys each node is to choose.</param>
    /// <param name="ct">Ends it.</param>
    public async Task<Answers> ReadAsync(IReadOnlyList<AuditLook> looks, int chosen, CancellationToken ct)
    {
        var parts = looks.Count is 0 ? [[]] : looks.OrderBy(look => look.Subject.State.Digest is not null).Chunk(KeysPerQuestion).ToArray();
        var answers = await Task.WhenAll(parts.Select((part, i) => AskAsync(part, i is 0 ? chosen : 0, ct)));
        return new(
            [.. answers.SelectMany(answer => answer.Sightings)],
            [.. answers.SelectMany(answer => answer.Chosen)],
            Math.Max(1, answers.Max(answer => answer.Peers)));
    }

    private async Task<(List<(AuditLook Look, IReadOnlyList<Sighting> Sightings)> Sightings, IEnumerable<string> Chosen, int Peers)> AskAsync(
        AuditLook[] looks,
        int chosen,
        CancellationToken ct)
    {
        var (nodes, _) = await cluster.LookAsync(
            new()
            {
                Kind = QuestionKind.Keys,
                Keys = [.. looks.Where(look => look.Subject.State.Digest is null).Select(look => look.Subject.Key)],
                DigestKeys = [.. looks.Where(look => look.Subject.State.Digest is not null).Select(look => look.Subject.Key)],
                Regions = [.. source.Regions],
                Amount = chosen,
            },
            ct);
        List<(AuditLook, IReadOnlyList<Sighting>)> found = [];
        for (var i = 0; i < looks.Length; i++)
        {
            var sightings = nodes.Where(answer => answer.Answer.Held.Count == looks.Length && answer.Answer.Held[i] is not null)
                .Select(answer => new Sighting(answer.Service, answer.Instance, answer.Answer.Held[i]!, answer.Answer.LogTrusted, answer.Answer.LogPosition)).ToList();
            if (AsksRedis(looks[i]) && await AskRedisAsync(looks[i].Subject, sightings) is { } redis)
            {
                sightings.Add(redis);
            }

            found.Add((looks[i], sightings));
        }

        return (found, nodes.SelectMany(answer => answer.Answer.Chosen), nodes.Count(answer => answer.Service == options.NodeName));
    }

    private static bool AsksRedis(AuditLook look) => look.Suspects?.Any(suspect => suspect.Service == Sighting.Redis) ?? look.Subject.AsksRedis;

    /// <returns>Null when Redis has no value, or one that every node refuses because of its fence.</returns>
    private async Task<Sighting?> AskRedisAsync(AuditSubject subject, IReadOnlyList<Sighting> nodes)
    {
        var (answer, envelope) = await node.Store.ReadAsync(subject.Key, node.Regions.Of(subject.Key));
        return answer is StoreAnswer.Hit && envelope.FreshUntil > node.Store.Clock.Now && nodes.Any(reader => reader.Held.Fence <= envelope.Version)
            ? new(Sighting.Redis, null, new()
            {
                Version = envelope.Version,
                IsEmpty = envelope.Data.Span.SequenceEqual("null"u8),
                Digest = subject.State.Digest is null || envelope.Data.Length > KeyInspector.LargestDigested ? null : ValueDigest.Of(envelope.Data),
            })
            : null;
    }

    /// <param name="Looks">What was seen, in all places that have something to say of the key.</param>
    /// <param name="Chosen">Keys that nodes hold.</param>
    /// <param name="Peers">How many nodes of this service there are.</param>
    internal sealed record Answers(IReadOnlyList<(AuditLook Look, IReadOnlyList<Sighting> Sightings)> Looks, IReadOnlyList<string> Chosen, int Peers);
}
