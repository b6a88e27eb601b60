using Aspire.Hosting.ApplicationModel;

namespace Gaia.Hosting;

/// <summary>How a server that is declared as a container runs as a program: a script beside this assembly, called with port, data folder and options.</summary>
/// <param name="Name">The program, which must be installed, such as <c>redis-server</c>.</param>
/// <param name="Package">What to install when it is missing.</param>
/// <param name="Script">The script's file name.</param>
internal sealed record ServerProgram(string Name, string Package, string Script)
{
    /// <summary>Picks the options that the script passes on from the container's command line.</summary>
    public Func<IReadOnlyList<object>, bool, IEnumerable<object>> Options { get; init; } = static (_, _) => [];

    /// <summary>Variables the script needs beside the container's.</summary>
    public Action<EnvironmentCallbackContext> Environment { get; init; } = static _ => { };

    /// <summary>Throws while the server at the connection string does not answer. Null when the declared resource's own health check works for a program too.</summary>
    public Func<string, CancellationToken, Task>? PingAsync { get; init; }

    /// <summary>What the declared resource does once its container is ready, given the connection string.</summary>
    public Func<string, CancellationToken, Task>? OnReadyAsync { get; init; }

    public string Path => System.IO.Path.Combine(AppContext.BaseDirectory, "programs", Script);

    /// <exception cref="DistributedApplicationException">The server can run as a container only.</exception>
    public static ServerProgram For(ContainerResource server) => server switch
    {
        RedisResource => RedisProgram.Create(),
        NatsServerResource nats => NatsProgram.Create(nats),
        PostgresServerResource postgres => PostgresProgram.Create(postgres),
        _ => throw new DistributedApplicationException($"{server.Name}: runs as a container only, and no container engine answers. Start Docker or Podman."),
    };

    /// <exception cref="DistributedApplicationException">The program is not installed.</exception>
    public void EnsureInstalled(string resource)
    {
        var folders = (System.Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator)
            .Concat(["/usr/sbin", .. PostgresProgram.Folders()]);
        if (!folders.Any(folder => File.Exists(System.IO.Path.Combine(folder, Name))))
        {
            throw new DistributedApplicationException($"{resource}: {Name} is not installed. Install {Package}, or start a container engine.");
        }
    }
}
