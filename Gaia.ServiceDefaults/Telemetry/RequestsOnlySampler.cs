using System.Diagnostics;
using OpenTelemetry.Trace;

namespace Gaia;

/// <summary>
/// Lets a trace begin with a request only; a message goes on with the trace of what sent it. What a service does by itself, such as polling JetStream or the outbox, or
/// comparing its cache with that of others, is no trace: an idle graph would fill a collector with it.
/// </summary>
internal sealed class RequestsOnlySampler : Sampler
{
    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters) =>
        new(samplingParameters.Kind is ActivityKind.Server ? SamplingDecision.RecordAndSample : SamplingDecision.Drop);
}
