using Gaia.Caching.Administration;
using Gaia.Caching.Engine;
using Gaia.Caching.Reading;
using Gaia.Caching.Store;

namespace Gaia.Caching.Consistency;

/// <summary>Reads what all nodes hold, and Redis where a check asks for it.</summary>
internal sealed class ObservationReader(CacheCluster cluster, CacheNode node, SourceReader source, CachingOptions options)
{
    private const int KeysPerQuestion = 1_000;

    /// <param name="checks">The keys to read.</param>
    /// <param name="chosen">How many keys each node is to choose.</param>
    /// <param name="ct">Ends it.</param>
    public async Task<Answers> ReadAsync(IReadOnlyList<AuditCheck> checks, int chosen, CancellationToken ct)
    {
        var parts = checks.Count is 0 ? [[]] : checks.OrderBy(check => check.Subject.State.Digest is not null).Chunk(KeysPerQuestion).ToArray();
        var answers = await Task.WhenAll(parts.Select((part, i) => AskAsync(part, i is 0 ? chosen : 0, ct)));
        return new(
            [.. answers.SelectMany(answer => answer.Observations)],
            [.. answers.SelectMany(answer => answer.Chosen)],
            Math.Max(1, answers.Max(answer => answer.Peers)));
    }

    private async Task<(List<(AuditCheck Check, IReadOnlyList<Observation> Observations)> Observations, IEnumerable<string> Chosen, int Peers)> AskAsync(
        AuditCheck[] checks,
        int chosen,
        CancellationToken ct)
    {
        var (nodes, _) = await cluster.LookAsync(
            new()
            {
                Kind = QuestionKind.Keys,
                Keys = [.. checks.Where(check => check.Subject.State.Digest is null).Select(check => check.Subject.Key)],
                DigestKeys = [.. checks.Where(check => check.Subject.State.Digest is not null).Select(check => check.Subject.Key)],
                Regions = [.. source.Regions],
                Amount = chosen,
            },
            ct);
        List<(AuditCheck, IReadOnlyList<Observation>)> found = [];
        for (var i = 0; i < checks.Length; i++)
        {
            var observations = nodes.Where(answer => answer.Answer.Held.Count == checks.Length && answer.Answer.Held[i] is not null)
                .Select(answer => new Observation(answer.Service, answer.Instance, answer.Answer.Held[i]!, answer.ReceivedAt, answer.Answer.LogTrusted, answer.Answer.LogPosition)).ToList();
            if (AsksRedis(checks[i]) && await AskRedisAsync(checks[i].Subject, observations) is { } redis)
            {
                observations.Add(redis);
            }

            found.Add((checks[i], observations));
        }

        return (found, nodes.SelectMany(answer => answer.Answer.Chosen), nodes.Count(answer => answer.Service == options.NodeName));
    }

    private static bool AsksRedis(AuditCheck check) => check.Candidates?.Any(candidate => candidate.Service == Observation.Redis) ?? check.Subject.AsksRedis;

    /// <returns>Null when Redis has no value, or one that every node refuses because of its fence.</returns>
    private async Task<Observation?> AskRedisAsync(AuditSubject subject, IReadOnlyList<Observation> nodes)
    {
        var (answer, envelope) = await node.Store.ReadAsync(subject.Key, node.Regions.Of(subject.Key));
        return answer is StoreAnswer.Hit && envelope.FreshUntil > node.Store.Clock.Now && nodes.Any(reader => reader.Held.Fence <= envelope.Version)
            ? new(Observation.Redis, null, new()
            {
                Version = envelope.Version,
                IsEmpty = envelope.Data.Span.SequenceEqual("null"u8),
                Digest = subject.State.Digest is null || envelope.Data.Length > KeyInspector.LargestDigested ? null : ValueDigest.Of(envelope.Data),
            })
            : null;
    }

    /// <param name="Checks">Each check with what the nodes, and Redis, hold of its key.</param>
    /// <param name="Chosen">Keys that nodes hold.</param>
    /// <param name="Peers">How many nodes of this service there are.</param>
    internal sealed record Answers(IReadOnlyList<(AuditCheck Check, IReadOnlyList<Observation> Observations)> Checks, IReadOnlyList<string> Chosen, int Peers);
}
