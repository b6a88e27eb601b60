using System.Security.Cryptography;
using Gaia.Caching.Advice;

namespace Gaia.Caching.Administration;

/// <summary>Answers for this node what <see cref="CacheCluster"/> asks all nodes.</summary>
internal sealed class NodeQuestions(CacheAdministration administration, KeyInspector inspector, AuditTally audit, CachingOptions options, CacheAdvisor? advisor = null)
{
    private const int InstanceBytes = 4;

    public string Service => options.NodeName;

    public string Instance { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(InstanceBytes));

    /// <summary>Environments that share a NATS do not answer each other.</summary>
    public string Subject { get; } = $"gaia.cache.ask.{options.EnvironmentToken}";

    public async Task<NodeReply> AnswerAsync(NodeQuestion question, CancellationToken ct) => question.Kind switch
    {
        QuestionKind.Stats => Reply() with { Stats = administration.Stats(question.Amount) },
        QuestionKind.Hot => Reply() with { Hot = administration.Hot(question.Amount) },
        QuestionKind.Counters => Reply() with { Counters = administration.Counters() },
        QuestionKind.Warm => Reply() with { Warmth = new(await administration.WarmAsync(ct)) },
        QuestionKind.Keys => Reply() with { Keys = inspector.Answer(question) },
        QuestionKind.Consistency => Reply() with { Consistency = audit.Report() },
        QuestionKind.Advice => Reply() with { Advice = Advice() },
        QuestionKind.Try => Reply() with { Advice = Try(question.Trial) },
        _ => Reply(),
    };

    public NodeReply Reply() => new() { Service = Service, Instance = Instance };

    private NodeAdvice? Try(TtlTrialStart? trial)
    {
        if (trial is not null)
        {
            advisor?.Trials.Start(trial);
        }

        return Advice();
    }

    /// <returns>Null when no advice is wanted here.</returns>
    private NodeAdvice? Advice() => advisor is null ? null : new(advisor.Model.Report(), advisor.Trials.Report());
}
