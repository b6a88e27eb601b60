using System.Diagnostics;
using OpenTelemetry.Trace;

namespace Gaia;

/// <summary>
/// Lets a trace begin with a request or a message only. What a service does by itself, such as polling JetStream or the outbox, is no trace: an idle graph would fill a
/// collector with it.
/// </summary>
internal sealed class RequestsOnlySampler : Sampler
{
    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters) =>
        new(samplingParameters.Kind is ActivityKind.Server or ActivityKind.Consumer ? SamplingDecision.RecordAndSample : SamplingDecision.Drop);
}
