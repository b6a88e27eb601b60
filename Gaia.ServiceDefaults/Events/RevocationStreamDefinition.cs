using NATS.Client.JetStream.Models;

namespace Gaia;

/// <summary>The JetStream stream of <see cref="Revocation"/>s. Whoever notices that it is missing makes it again, Auth or a gateway.</summary>
public static class RevocationStreamDefinition
{
    // In the description, as NATS has metadata of streams only from 2.10 on.
    private const string Complete = "Every revocation that is in force";
    private const string Restored = "Revocations since the stream was created again; Auth adds the earlier ones";

    /// <param name="replicas">How many servers hold it.</param>
    /// <param name="isComplete">Whether it has every revocation that something still valid could be concerned by; only Auth can know.</param>
    public static StreamConfig Config(int replicas, bool isComplete) => new(Revocation.Stream, [Revocation.Subject])
    {
        NumReplicas = replicas,

        // Longer than an access token lives: a gateway that was cut off for less replays the stream, others ask Auth.
        MaxAge = TimeSpan.FromDays(1),
        DuplicateWindow = TimeSpan.FromMinutes(2),
        Description = isComplete ? Complete : Restored,
    };

    /// <summary>Whether Auth has published to it everything that is still in force.</summary>
    public static bool IsComplete(StreamConfig config) => config.Description == Complete;
}
