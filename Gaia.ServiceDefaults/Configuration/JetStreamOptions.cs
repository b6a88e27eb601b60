using System.ComponentModel.DataAnnotations;

namespace Gaia;

public sealed class JetStreamOptions
{
    public const string Section = "JetStream";

    /// <summary><c>NATS_STREAM_REPLICAS</c>: how many servers of a NATS cluster hold each stream. A cluster that has fewer makes no stream.</summary>
    [AllowedValues(1, 3, 5, ErrorMessage = "JetStream:Replicas must be 1, 3 or 5.")]
    public int Replicas { get; set; } = 1;
}
