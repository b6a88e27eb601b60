using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;

namespace Gaia.Tests.Assets;

/// <summary>A POST that is sent again under the same Idempotency-Key happens once.</summary>
[Collection(nameof(AssetFixture))]
public sealed class RepetitionTests(AssetFixture stack)
{
    private const string Assets = "/api/v1/assets";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_upload_that_is_sent_twice_is_stored_once_and_answered_alike()
    {
        using var ada = stack.User();
        var content = RandomNumberGenerator.GetBytes(5000);

        using var first = await UploadAsync(ada, content, "mine");
        using var second = await UploadAsync(ada, content, "mine");

        Assert.Equal((await AssetUser.ReadAsync(first, HttpStatusCode.Created)).ToString(), (await AssetUser.ReadAsync(second, HttpStatusCode.Created)).ToString());
        Assert.Equal(first.Headers.Location, second.Headers.Location);
        Assert.Equal(1, (await ada.JsonAsync(Assets)).GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task A_key_belongs_to_one_content_and_one_user()
    {
        using var ada = stack.User();
        using var bob = stack.User();
        var content = RandomNumberGenerator.GetBytes(5000);
        using var first = await UploadAsync(ada, content, "ours");
        var before = stack.Files();

        using var other = await UploadAsync(ada, RandomNumberGenerator.GetBytes(5000), "ours");
        using var his = await UploadAsync(bob, content, "ours");

        await Problem.ExpectAsync(other, HttpStatusCode.UnprocessableEntity);
        await stack.KeepsNothingSinceAsync(before, Ct);
        Assert.NotEqual((await AssetUser.ReadAsync(first, HttpStatusCode.Created)).Id(), (await AssetUser.ReadAsync(his, HttpStatusCode.Created)).Id());
    }

    [Fact]
    public async Task A_refused_upload_leaves_its_key_free()
    {
        using var ada = stack.User();

        using var refused = await UploadAsync(ada, ZipBomb.Create(), "again");
        using var accepted = await UploadAsync(ada, RandomNumberGenerator.GetBytes(100), "again");

        await Problem.ExpectAsync(refused, HttpStatusCode.UnsupportedMediaType);
        await AssetUser.ReadAsync(accepted, HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_repetition_while_the_first_is_on_its_way_is_a_conflict()
    {
        using var ada = stack.User();
        var before = stack.Files();
        var tap = new BrokenStream(100_000);
        using var slow = new HttpRequestMessage(HttpMethod.Post, Assets) { Content = new StreamContent(tap), Headers = { { "Idempotency-Key", "slow" } } };
        var first = ada.SendAsync(slow, Ct);
        await Eventually.IsTrueAsync(() => stack.FilesSince(before).Count == 1, ct: Ct);

        using var second = await UploadAsync(ada, RandomNumberGenerator.GetBytes(100), "slow");
        tap.Break();

        await Problem.ExpectAsync(second, HttpStatusCode.Conflict);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => first);
        await stack.KeepsNothingSinceAsync(before, Ct);
    }

    [Fact]
    public async Task A_picture_that_is_asked_for_twice_is_made_once()
    {
        using var ada = stack.User();

        var ids = new List<Guid>();
        var location = "";
        foreach (var _ in Enumerable.Range(0, 2))
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"{Assets}/generate") { Content = JsonContent.Create(new { description = "hills", size = "64x64" }) };
            request.Headers.Add("Idempotency-Key", "hills");
            using var answer = await ada.SendAsync(request, Ct);
            ids.Add((await AssetUser.ReadAsync(answer, HttpStatusCode.Accepted)).GetProperty("asset_id").GetGuid());
            location = $"{answer.Headers.Location}";
        }

        // It is made in the background: the next test looks at what is stored.
        await ModelFixture.FinishedAsync(ada, location);

        Assert.Equal(ids[0], ids[1]);
        Assert.Equal(1, await stack.CountAsync($"SELECT count(*) FROM generations WHERE owner_id = '{ada.Id}'"));
    }

    private static async Task<HttpResponseMessage> UploadAsync(AssetUser user, byte[] content, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Assets) { Content = new ByteArrayContent(content) };
        request.Headers.Add("Idempotency-Key", key);
        return await user.SendAsync(request, Ct);
    }
}
