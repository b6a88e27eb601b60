using System.Diagnostics;
using OpenTelemetry.Trace;

namespace Gaia;

/// <summary>
/// Lets a trace begin with a request or a message only. What a service does by itself, such as polling JetStream or the outbox, is no trace, and neither are the questions
/// that caches ask each other and their answers: an idle graph would fill a collector with them.
/// </summary>
internal sealed class RequestsOnlySampler : Sampler
{
    // How the NATS client names what it receives: by subject, or "inbox" for an answer.
    private static readonly string[] OwnMessages = ["inbox", "_INBOX.", "gaia.cache.ask."];

    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters) =>
        new(samplingParameters.Kind is ActivityKind.Server or ActivityKind.Consumer && !IsOwn(samplingParameters.Name) ? SamplingDecision.RecordAndSample : SamplingDecision.Drop);

    private static bool IsOwn(string name) => Array.Exists(OwnMessages, own => name.StartsWith(own, StringComparison.Ordinal));
}
