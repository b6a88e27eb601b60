using System.Net;
using System.Net.Http.Json;

namespace Gaia.Tests.AppHost;

/// <summary>Secrets in files reach the services by way of the AppHost.</summary>
public sealed class SecretFileStartTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Files_that_cannot_be_used_end_the_start_with_a_line_each()
    {
        await using var apphost = AppHostProcess.Start(folder, [], ("IDENTITY_KEY_FILE", "/nowhere"), ("OPENAI_API_KEY", "both"), ("OPENAI_API_KEY_FILE", Secret("both")));

        Assert.NotEqual(0, await apphost.ExitAsync(Ct));
        Assert.Equal(
            ["IDENTITY_KEY_FILE is \"/nowhere\": expected a file that can be read and is not empty.", "OPENAI_API_KEY and OPENAI_API_KEY_FILE: expected one of them."],
            apphost.Errors.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_is_in_a_file_counts_as_if_its_variable_had_been_set()
    {
        const string IdentityKey = "an identity key of this test, thirty-two or more";
        await using var apphost = AppHostProcess.Start(
            folder,
            [],
            ("IDENTITY_KEY_FILE", Secret(IdentityKey)),
            ("GAIA_DEV_API_KEY_FILE", Secret("a-key-from-a-file\n")),
            ("ADMIN_EMAIL", "ada@gaia.example"),
            ("ADMIN_PASSWORD_FILE", Secret("what Ada alone knows\n")),
            ("OPENAI_API_KEY_FILE", Secret("sk-from-a-file")));
        await apphost.ReadyAsync(Ct);
        using var client = new HttpClient { BaseAddress = apphost.Address };

        using var signedIn = await client.PostAsJsonAsync("/api/v1/auth/login", new { email = "ada@gaia.example", password = "what Ada alone knows" }, Ct);
        client.DefaultRequestHeaders.Add("X-API-Key", "a-key-from-a-file");
        using var read = await client.GetAsync("/api/v1/usage", Ct);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (signedIn.StatusCode, read.StatusCode));
        Assert.Contains("OPENAI_API_KEY=sk-from-a-file", EnvironmentOf(apphost, "Gaia.Chat"));
        Assert.Contains($"IDENTITY_KEY={IdentityKey}", EnvironmentOf(apphost, "Gaia.Gateway"));
        await apphost.TerminateAsync(Ct);
        await apphost.ExitAsync(Ct);
    }

    private static string[] EnvironmentOf(AppHostProcess apphost, string service)
    {
        var (id, _) = apphost.Descendants().First(process => Path.GetFileName(process.Command.Split(' ')[0]) == service);
        return File.ReadAllText($"/proc/{id}/environ").Split('\0');
    }

    private string Secret(string text)
    {
        var file = Path.Combine(folder.Path, $"{Guid.CreateVersion7():n}");
        File.WriteAllText(file, text);
        return file;
    }
}
