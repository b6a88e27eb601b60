using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Gaia.Messaging.Streams;

/// <summary>
/// Where streams are written: in this region, or at home, whose streams the NATS of this region mirrors with their sequence numbers. A region is named as the
/// JetStream domain of its NATS, which is a leaf node of home's.
/// </summary>
/// <param name="nats">The NATS of this region.</param>
/// <param name="home">The home region; null: this one.</param>
public sealed class StreamOrigin(INatsConnection nats, string? home)
{
    private const int NotFound = 404;

    private readonly NatsJSContext local = new(nats);
    private readonly NatsJSContext written = home is null ? new(nats) : new(nats, new NatsJSOpts(nats.Opts, domain: home));

    /// <summary>Whether streams are written elsewhere.</summary>
    public bool IsMirrored => home is not null;

    /// <summary>The stream as it stands where it is written: what a mirror says of itself proves nothing, as it may have been cut off.</summary>
    /// <returns>Null when this region does not mirror it.</returns>
    public async Task<StreamInfo?> FindAsync(string stream, CancellationToken ct)
    {
        var source = await GetAsync(stream, ct);
        return home is null || (await FindMirrorAsync(stream, ct))?.Config.Description == Describe(source) ? source : null;
    }

    /// <summary>Makes sure that this region mirrors the stream that home has now, and not one that was there before.</summary>
    /// <returns>The stream as it stands at home.</returns>
    /// <exception cref="IOException">The NATS of this region has a stream of that name which mirrors nothing: it may be home's own, and is left alone.</exception>
    public async Task<StreamInfo> MirrorAsync(string stream, CancellationToken ct)
    {
        var source = await GetAsync(stream, ct);
        if (await FindMirrorAsync(stream, ct) is { } found)
        {
            if (found.Config.Description == Describe(source))
            {
                return source;
            }

            if (found.Config.Mirror is null)
            {
                throw new IOException($"the stream {stream} is no mirror of that of {home}; NATS_URL must name the NATS of this region");
            }

            await local.DeleteStreamAsync(stream, ct);
        }

        await local.CreateStreamAsync(
            new StreamConfig
            {
                Name = stream,
                Description = Describe(source),
                Mirror = new() { Name = stream, External = new() { Api = $"$JS.{home}.API" } },
                MaxAge = source.Config.MaxAge,
            },
            ct);
        return source;
    }

    private string Describe(StreamInfo source) => StreamMirror.Of(home!, source).Description;

    private async Task<StreamInfo> GetAsync(string stream, CancellationToken ct) => (await written.GetStreamAsync(stream, cancellationToken: ct)).Info;

    private async Task<StreamInfo?> FindMirrorAsync(string stream, CancellationToken ct)
    {
        try
        {
            return (await local.GetStreamAsync(stream, cancellationToken: ct)).Info;
        }
        catch (NatsJSApiException error) when (error.Error.Code is NotFound)
        {
            return null;
        }
    }
}
