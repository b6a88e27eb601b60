using System.Net;
using System.Text.Json;

namespace Gaia.Tests.Auth;

/// <summary>What administrators see and do with everybody's keys.</summary>
[Collection(nameof(AuthFixture))]
public sealed class AllApiKeysTests(AuthFixture fixture)
{
    private const string Keys = "/api/v1/admin/api-keys";

    [Fact]
    public async Task Keys_of_every_owner_are_found_page_by_page_and_none_of_their_secrets()
    {
        var (api, admin) = (fixture.Api, await fixture.Api.SignInAsAdministratorAsync());
        var owners = new[] { await api.SignUpAsync(), await api.SignUpAsync() };
        var mark = $"50%_of{Guid.NewGuid():n}";
        var made = new List<(Guid Id, string Text, Guid Owner)>();
        foreach (var owner in owners)
        {
            for (var i = 0; i < 3; i++)
            {
                var key = await api.ExpectAsync(HttpStatusCode.Created, HttpMethod.Post, "api-keys", new { name = $"{mark} {i}" }, owner.Principal);
                made.Add((key.GetProperty("id").GetGuid(), key.GetProperty("key").GetString()!, owner.Id));
            }
        }

        List<JsonElement> found = [];
        string? cursor = null;
        do
        {
            var page = await api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Get, $"{Keys}?limit=4&search={Uri.EscapeDataString(mark.ToUpperInvariant())}{(cursor is null ? "" : $"&cursor={cursor}")}", caller: admin.Principal);
            Assert.Equal(made.Count, page.GetProperty("total").GetInt32());
            Assert.All(made, key => Assert.DoesNotContain(ApiKeyText.Hash(key.Text), page.GetRawText(), StringComparison.Ordinal));
            Assert.All(made, key => Assert.DoesNotContain(key.Text, page.GetRawText(), StringComparison.Ordinal));
            found.AddRange(page.GetProperty("api_keys").EnumerateArray());
            cursor = page.GetProperty("next_cursor").GetString();
        }
        while (cursor is not null);

        Assert.Equal(
            made.AsEnumerable().Reverse().Select(key => (key.Id, key.Owner)),
            found.Select(key => (key.GetProperty("id").GetGuid(), key.GetProperty("owner").GetProperty("id").GetGuid())));
        var byOwner = await api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Get, $"{Keys}?search={Uri.EscapeDataString(owners[0].Email)}", caller: admin.Principal);
        Assert.Equal(3, byOwner.GetProperty("total").GetInt32());
        var byPattern = await api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Get, $"{Keys}?search=50_%25of", caller: admin.Principal);
        Assert.Equal(0, byPattern.GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task An_administrator_revokes_somebody_elses_key_and_nobody_else_does()
    {
        var (api, admin) = (fixture.Api, await fixture.Api.SignInAsAdministratorAsync());
        var (ada, bob) = (await api.SignUpAsync(), await api.SignUpAsync());
        var key = await api.ExpectAsync(HttpStatusCode.Created, HttpMethod.Post, "api-keys", new { name = "lost" }, ada.Principal);
        var (id, text) = (key.GetProperty("id").GetGuid(), key.GetProperty("key").GetString()!);

        await api.ExpectAsync(HttpStatusCode.Forbidden, HttpMethod.Delete, $"{Keys}/{id}", caller: bob.Principal);
        await api.ExpectAsync(HttpStatusCode.Forbidden, HttpMethod.Get, Keys, caller: ada.Principal);
        Assert.NotNull(await api.FindByApiKeyAsync(text));
        await api.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Delete, $"{Keys}/{id}", caller: admin.Principal);

        Assert.Null(await api.FindByApiKeyAsync(text));
        Assert.Contains((await api.RevocationsAsync()).Revocations, revocation => revocation.Holder == id);
        await api.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Delete, $"{Keys}/{id}", caller: admin.Principal);
    }
}
