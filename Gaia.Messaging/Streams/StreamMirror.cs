using System.Globalization;
using System.Text.RegularExpressions;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Gaia.Messaging.Streams;

/// <summary>Which stream a stream is the mirror of. It stands in the mirror's description, as NATS 2.9 keeps no other notes with a stream.</summary>
/// <param name="Home">The region that writes the stream.</param>
/// <param name="MadeAt">When home's NATS made it: one that was made again is another stream.</param>
public sealed partial record StreamMirror(string Home, DateTimeOffset MadeAt)
{
    /// <summary>What a mirror says that it is.</summary>
    public string Description => $"Mirror of the stream that {Home} made at {MadeAt.UtcDateTime:O}";

    /// <summary>The mirror of a stream of home's.</summary>
    public static StreamMirror Of(string home, StreamInfo source) => new(home, source.Created);

    /// <returns>Null for a stream that is no mirror.</returns>
    public static StreamMirror? Read(StreamInfo stream) =>
        stream.Config.Mirror is not null
        && Form().Match(stream.Config.Description ?? "") is { Success: true } match
        && DateTimeOffset.TryParse(match.Groups[2].Value, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var madeAt)
            ? new(match.Groups[1].Value, madeAt)
            : null;

    /// <summary>Deletes a mirror that is left from when this region followed another one, so that home's own stream can take its place.</summary>
    /// <param name="jetStream">Of this region's NATS.</param>
    /// <param name="stream">What stands under the name of home's stream.</param>
    /// <param name="region">This region.</param>
    /// <param name="ct">Ends the wait for NATS.</param>
    /// <returns>False: it is no mirror, and stays.</returns>
    /// <exception cref="IOException">The NATS is that of another region, which follows: there the mirror is needed.</exception>
    public static async Task<bool> DeleteLeftoverAsync(INatsJSContext jetStream, StreamInfo stream, string? region, CancellationToken ct)
    {
        if (stream.Config.Mirror is null)
        {
            return false;
        }

        if ((await jetStream.GetAccountInfoAsync(ct)).Domain is var domain && domain != region)
        {
            throw new IOException($"the stream {stream.Config.Name} is a mirror in the region {domain}; NATS_URL must name the NATS of {region ?? "home"}");
        }

        await jetStream.DeleteStreamAsync(stream.Config.Name!, ct);
        return true;
    }

    [GeneratedRegex("^Mirror of the stream that ([a-z0-9-]+) made at (.+)$")]
    private static partial Regex Form();
}
