using System.Net;
using System.Text.Json;
using Gaia.Tests.Admission;

namespace Gaia.Tests.Regions;

/// <summary>What tests of regions change and read.</summary>
internal static class RegionPersonas
{
    public const string Path = "/api/v1/chat/personas";
    public const string Position = "X-Gaia-Position";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<string> CreateAsync(GatewayApi gateway, string token, string description) =>
        (await gateway.ExpectAsync(HttpStatusCode.Created, HttpMethod.Post, Path, new { name = $"Muse {Guid.NewGuid():N}", description, system_prompt = "You are a muse." }, token))
            .GetProperty("persona").GetProperty("id").GetString()!;

    public static async Task ChangeAsync(GatewayApi gateway, string token, string id, string description) =>
        await gateway.ExpectAsync(HttpStatusCode.OK, HttpMethod.Put, $"{Path}/{id}", new { description }, token);

    public static async Task<string?> DescriptionAsync(GatewayApi gateway, string id, string? position = null)
    {
        using var answer = await gateway.SendAsync(HttpMethod.Get, $"{Path}/{id}", headers: position is null ? [] : [(Position, position)]);
        var body = await answer.Content.ReadAsStringAsync(Ct);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, body);
        return JsonElement.Parse(body).GetProperty("persona").GetProperty("description").GetString();
    }
}
