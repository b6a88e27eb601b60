using System.Diagnostics;

namespace Gaia.Tests.AppHost;

/// <summary>ASP.NET Core's development certificate, which a machine has or has not, changes nothing. The user's home is a folder of the test.</summary>
public sealed class DevelopmentCertificateTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Gaia_answers_over_HTTP_and_says_nothing_of_certificates(bool hasCertificate)
    {
        using var home = new TemporaryFolder();
        using var state = new TemporaryFolder();
        if (hasCertificate)
        {
            var create = new ProcessStartInfo("dotnet", ["dev-certs", "https"]) { Environment = { ["HOME"] = home.Path }, RedirectStandardOutput = true };
            using var process = Process.Start(create)!;
            await process.WaitForExitAsync(Ct);
            Assert.Equal(0, process.ExitCode);
        }

        await using var apphost = AppHostProcess.Start(state, [], ("HOME", home.Path));
        await apphost.ReadyAsync(Ct);

        using var client = new HttpClient { BaseAddress = apphost.Address };
        using var health = await client.GetAsync("/health", Ct);
        Assert.True(health.IsSuccessStatusCode, await health.Content.ReadAsStringAsync(Ct));
        Assert.Equal(Uri.UriSchemeHttp, apphost.Address.Scheme);
        Assert.Empty(apphost.Errors);
        Assert.DoesNotContain(apphost.Output, line => line.Contains("certificate", StringComparison.OrdinalIgnoreCase));

        await apphost.TerminateAsync(Ct);
        Assert.Equal(0, await apphost.ExitAsync(Ct));
    }
}
