using System.Net.Http.Json;
using System.Text.Json;
using Gaia.Tests.Caching;

namespace Gaia.Tests.Health;

public class HealthTests(GaiaApp gaia)
{
    [Fact]
    public async Task Health_tells_of_everything_Gaia_stands_on()
    {
        using var anyone = gaia.Gateway();

        // A machine that is busy may be late with an answer, and that is reported too.
        await Soon.PassesAsync(async () =>
        {
            var health = await anyone.GetFromJsonAsync<JsonElement>("/health", TestContext.Current.CancellationToken);

            Assert.Equal("healthy", health.GetProperty("status").GetString());
            Assert.True(health.GetProperty("redis").GetProperty("connected").GetBoolean());
            Assert.True(health.GetProperty("database").GetProperty("responsive").GetBoolean());
            Assert.True(health.GetProperty("nats").GetProperty("connected").GetBoolean());
            foreach (var service in (string[])[Resources.Auth, Resources.Chat, Resources.Asset])
            {
                Assert.Equal("healthy", health.GetProperty("services").GetProperty(service).GetProperty("status").GetString());
            }
        });
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/alive")]
    [InlineData("/api/v1/assets/test")]
    public async Task What_needs_no_credential_answers_anyone(string path)
    {
        using var anyone = gaia.Gateway();

        using var answer = await anyone.GetAsync(path, TestContext.Current.CancellationToken);

        Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}");
    }
}
