using System.Diagnostics;
using Aspire.Hosting.Testing;
using Gaia.Tests.Publishing;

namespace Gaia.Tests.Auth;

/// <summary>Someone at a shell, with curl.</summary>
public sealed class ShellTests(GaiaApp gaia)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sessions_and_keys_work_with_curl()
    {
        var start = new ProcessStartInfo("bash", ["-x", Path.Combine(Publisher.Repository, "Gaia.Tests", "Auth", "sign-in.sh")]) { RedirectStandardError = true };
        start.Environment["GATEWAY"] = gaia.Graph.GetEndpoint(Resources.Gateway, "http").ToString().TrimEnd('/');
        using var shell = Process.Start(start)!;
        var said = await shell.StandardError.ReadToEndAsync(Ct);
        await shell.WaitForExitAsync(Ct);

        Assert.True(shell.ExitCode == 0, said);
    }
}
