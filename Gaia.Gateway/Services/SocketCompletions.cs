namespace Gaia.Gateway.Services;

/// <summary>How .NET goes on when bytes have arrived.</summary>
internal static class SocketCompletions
{
    private const string Variable = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    /// <summary>
    /// What waits for a service goes on where its answer arrives, not in a thread that has to be woken: a fifth more requests from one core. .NET reads it from
    /// the environment, so this is to be called before the first connection. An operator may have set it.
    /// </summary>
    public static void RunInline() => Environment.SetEnvironmentVariable(Variable, Environment.GetEnvironmentVariable(Variable) ?? "1");
}
