using System.Diagnostics;

namespace Aspire.Hosting.Engine;

/// <summary>The user that runs PostgreSQL when the AppHost runs as root, because PostgreSQL refuses to.</summary>
internal sealed record UnprivilegedUser(string Name, string SetPriv)
{
    public static UnprivilegedUser? ForPostgres(string resource)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return null;
        }

        const string Name = "postgres";
        return File.ReadLines("/etc/passwd").Any(line => line.StartsWith(Name + ':', StringComparison.Ordinal))
            ? new(Name, Programs.Find("setpriv", resource, "Install util-linux, or run the AppHost as another user than root."))
            : throw new StartFailure(resource, $"PostgreSQL does not run as root, and there is no user {Name}", $"Create it: useradd --system {Name}.");
    }

    /// <summary>The words before a command that make this user run it, in the same process.</summary>
    public IEnumerable<string> Prefix => [SetPriv, $"--reuid={Name}", $"--regid={Name}", "--init-groups", "--"];

    /// <summary>Hands a folder over to this user, after a look whether he can get there.</summary>
    public async Task TakeOverAsync(string folder, string resource, CancellationToken cancellationToken)
    {
        for (var parent = Directory.GetParent(folder); parent is not null; parent = parent.Parent)
        {
            if (!parent.UnixFileMode.HasFlag(UnixFileMode.OtherExecute))
            {
                throw new StartFailure(
                    resource, $"user {Name} cannot enter {parent.FullName}", "Set XDG_STATE_HOME to a folder that every user can enter, for example /var/lib.");
            }
        }

        using var chown = Process.Start("chown", ["-R", $"{Name}:", folder]);
        await chown.WaitForExitAsync(cancellationToken);
    }
}
