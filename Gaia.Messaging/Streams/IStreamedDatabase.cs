using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Gaia.Messaging.Streams;

/// <summary>A database whose changes a stream announces: a copy of it can be compared with the stream, before the copy takes its place.</summary>
public interface IStreamedDatabase
{
    /// <summary>The name of the stream.</summary>
    string Stream { get; }

    /// <summary>How many changes the stream has announced that this copy does not have. Where that cannot be told exactly, it is more.</summary>
    /// <param name="jetStream">The JetStream that the description is from.</param>
    /// <param name="stream">The stream, or a mirror of it.</param>
    /// <param name="madeAt">When home made the stream.</param>
    /// <param name="ct">Ends the count.</param>
    Task<long> CountMissingAsync(INatsJSContext jetStream, StreamInfo stream, DateTimeOffset madeAt, CancellationToken ct);
}
