using System.Net;
using System.Text.Json;

namespace Gaia.Tests.Auth;

/// <summary>What administrators see of sign-ins that failed and of what was revoked.</summary>
[Collection(nameof(AuthFixture))]
public sealed class SecurityListTests(AuthFixture fixture)
{
    private const string FailedSignIns = "/api/v1/admin/failed-sign-ins";
    private const string Revocations = "/api/v1/admin/revocations";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Failed_sign_ins_are_listed_with_account_address_and_reason_but_not_what_was_typed()
    {
        var (api, admin) = (fixture.Api, await fixture.Api.SignInAsAdministratorAsync());
        var (user, disabled) = (await api.SignUpAsync(), await api.SignUpAsync());
        await api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, $"users/{disabled.Id}/disable", caller: admin.Principal);
        var stranger = new AuthApi(fixture.Auth) { Address = "198.51.100.7" };
        var (typed, unknown) = ($"secret{Guid.NewGuid():n}", AuthApi.SomeEmail());
        foreach (var (email, password) in new[] { (user.Email, typed), (disabled.Email, AuthApi.Password), (unknown, typed) })
        {
            await stranger.ExpectAsync(HttpStatusCode.Unauthorized, HttpMethod.Post, "login", new { email, password });
        }

        var failed = (await PagesAsync(FailedSignIns, "failed_sign_ins", "cursor", "next_cursor", admin)).Where(one => Text(one, "address") == stranger.Address).ToList();

        Assert.Equal(["unknown_account", "disabled_account", "wrong_password"], failed.Select(one => Text(one, "reason")));
        Assert.Equal([null, disabled.Email, user.Email], failed.Select(EmailOf));
        Assert.All(failed, one => Assert.DoesNotContain(typed, one.GetRawText(), StringComparison.Ordinal));
        Assert.All(failed, one => Assert.DoesNotContain(unknown, one.GetRawText(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_sign_in_that_succeeds_is_no_failure()
    {
        var (api, admin) = (fixture.Api, await fixture.Api.SignInAsAdministratorAsync());
        var user = await api.SignUpAsync();

        await api.SignInAsync(user.Email);

        Assert.DoesNotContain(await PagesAsync(FailedSignIns, "failed_sign_ins", "cursor", "next_cursor", admin), one => EmailOf(one) == user.Email);
    }

    [Fact]
    public async Task Revocations_are_listed_newest_first_with_whose_they_are_and_when_gateways_were_told()
    {
        var (api, admin) = (fixture.Api, await fixture.Api.SignInAsAdministratorAsync());
        var user = await api.SignUpAsync();
        var key = (await api.ExpectAsync(HttpStatusCode.Created, HttpMethod.Post, "api-keys", new { name = "revoked" }, user.Principal)).GetProperty("id").GetGuid();
        await api.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Delete, $"api-keys/{key}", caller: user.Principal);
        await api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, $"users/{user.Id}/disable", caller: admin.Principal);

        await Eventually.PassesAsync(async () =>
        {
            var revocations = await PagesAsync(Revocations, "revocations", "before", "before", admin);
            var positions = revocations.Select(one => one.GetProperty("position").GetInt64()).ToList();
            Assert.Equal(positions.OrderDescending().Distinct(), positions);
            var (disabled, revoked) = (revocations.Single(one => one.GetProperty("holder").GetGuid() == user.Id), revocations.Single(one => one.GetProperty("holder").GetGuid() == key));
            Assert.Equal(("user_disabled", user.Email), (Text(disabled, "reason"), EmailOf(disabled)));
            Assert.Equal("key_revoked", Text(revoked, "reason"));
            Assert.InRange(disabled.GetProperty("published_after_ms").GetDouble(), 0, 30_000);
        }, ct: Ct);
    }

    private static string? Text(JsonElement one, string property) => one.GetProperty(property).GetString();

    private static string? EmailOf(JsonElement one) => one.GetProperty("user") is { ValueKind: JsonValueKind.Object } user ? Text(user, "email") : null;

    /// <summary>All of a list, by small pages.</summary>
    private async Task<List<JsonElement>> PagesAsync(string path, string list, string from, string next, SignedIn admin)
    {
        List<JsonElement> found = [];
        var query = "";
        while (true)
        {
            var page = await fixture.Api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Get, $"{path}?limit=20{query}", caller: admin.Principal);
            found.AddRange(page.GetProperty(list).EnumerateArray());
            Assert.InRange(page.GetProperty("total").GetInt32(), page.GetProperty(list).GetArrayLength(), int.MaxValue);
            if (page.GetProperty(next).ValueKind is JsonValueKind.Null)
            {
                return found;
            }

            query = $"&{from}={page.GetProperty(next)}";
        }
    }
}
