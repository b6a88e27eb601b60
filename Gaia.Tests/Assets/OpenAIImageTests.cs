using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using SkiaSharp;

namespace Gaia.Tests.Assets;

/// <summary>OpenAI's route for images answers with assets that the queue has made.</summary>
[Collection(nameof(AssetFixture))]
public sealed class OpenAIImageTests(AssetFixture stack)
{
    private const string Route = "/v1/images/generations";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Images_come_in_the_answer_and_are_stored_as_assets()
    {
        using var ada = stack.User();

        var answer = await CreateAsync(ada, new { prompt = "A red sunset over the sea", n = 2, size = "320x200", response_format = "b64_json", user = "player-1" });

        var images = answer.GetProperty("data").EnumerateArray().ToList();
        Assert.Equal(2, images.Count);
        Assert.All(images, image =>
        {
            using var picture = SKBitmap.Decode(image.GetProperty("b64_json").GetBytesFromBase64());
            Assert.Equal((320, 200), (picture.Width, picture.Height));
            Assert.False(image.TryGetProperty("url", out _));
        });
        Assert.InRange(DateTimeOffset.FromUnixTimeSeconds(answer.GetProperty("created").GetInt64()), DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow);
        Assert.Equal(
            images.Select(image => image.GetProperty("asset_id").GetGuid()).Order(),
            (await ada.JsonAsync("/api/v1/assets")).GetProperty("assets").EnumerateArray().Select(asset => asset.Id()).Order());
    }

    [Fact]
    public async Task Without_a_format_an_image_is_a_link_on_the_public_address_that_needs_no_credential()
    {
        await using var replica = await stack.StartReplicaAsync(("PUBLIC_URL", "https://api.example.com/"));
        using var ada = stack.User(replica);

        var image = Assert.Single((await CreateAsync(ada, new { prompt = "hills", size = "64x64" })).GetProperty("data").EnumerateArray());

        var url = image.GetProperty("url").GetString()!;
        Assert.StartsWith($"https://api.example.com/api/v1/assets/{image.GetProperty("asset_id").GetGuid()}/content?", url, StringComparison.Ordinal);
        using var nobody = AssetUser.Nobody(replica.Address);
        using var picture = SKBitmap.Decode(await nobody.GetByteArrayAsync(new Uri(url).PathAndQuery, Ct));
        Assert.Equal(64, picture.Width);
    }

    [Fact]
    public async Task A_model_gets_every_parameter_and_its_refusal_reaches_the_client()
    {
        await using var fixture = await ModelFixture.StartAsync(stack);
        await using var worker = await fixture.StartWorkerAsync();
        using var ada = stack.User(worker);

        await CreateAsync(ada, new { model = ModelFixture.ModelName, prompt = "hills", size = "auto", quality = "hd", style = "vivid", background = (string?)null });
        fixture.Model.Next(() => Task.FromResult(Results.Json(new { error = new { message = "Not with this system", code = "content_policy_violation" } }, statusCode: 400)));
        using var refused = await ada.PostAsJsonAsync(Route, new { prompt = "no" }, Ct);

        var sent = fixture.Model.Requests.First();
        Assert.Equal(("hd", "vivid", "1024x1024", 1), (sent.GetProperty("quality").GetString(), sent.GetProperty("style").GetString(), sent.GetProperty("size").GetString(), sent.GetProperty("n").GetInt32()));
        Assert.Equal("hills", sent.GetProperty("prompt").GetString());
        Assert.False(sent.TryGetProperty("background", out _));
        var error = (await Problem.ExpectAsync(refused, HttpStatusCode.BadRequest, "Not with this system")).GetProperty("error");
        Assert.Equal(("content_policy_violation", "Not with this system"), (error.GetProperty("code").GetString(), error.GetProperty("message").GetString()));
    }

    [Fact]
    public async Task A_budget_that_does_not_cover_an_image_refuses_it()
    {
        await using var fixture = await ModelFixture.StartAsync(stack, ("BUDGET_USD", "0.05"));
        await using var worker = await fixture.StartWorkerAsync();
        using var ada = stack.User(worker);

        using var tooMany = await ada.PostAsJsonAsync(Route, new { prompt = "two at once", n = 2 }, Ct);
        await Problem.ExpectAsync(tooMany, HttpStatusCode.TooManyRequests);
        Assert.Empty(fixture.Model.Requests);
        await CreateAsync(ada, new { prompt = "one" });
        using var second = await ada.PostAsJsonAsync(Route, new { prompt = "two" }, Ct);

        var error = (await Problem.ExpectAsync(second, HttpStatusCode.TooManyRequests)).GetProperty("error");
        Assert.Equal("insufficient_quota", error.GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("""{"model":"dall-e-3","prompt":"x"}""", HttpStatusCode.NotFound, "model_not_found", "model")]
    [InlineData("""{"prompt":"x","quality":"hd"}""", HttpStatusCode.BadRequest, "unsupported_parameter", "quality")]
    [InlineData("""{"prompt":"x","stream":true}""", HttpStatusCode.UnprocessableEntity, "invalid_request", "stream")]
    [InlineData("""{"prompt":"x","n":11}""", HttpStatusCode.UnprocessableEntity, "invalid_request", "n")]
    [InlineData("""{"prompt":"x","size":"1x1"}""", HttpStatusCode.UnprocessableEntity, "invalid_request", "size")]
    [InlineData("""{"prompt":"x","response_format":"gif"}""", HttpStatusCode.UnprocessableEntity, "invalid_request", "response_format")]
    [InlineData("""{"prompt":" "}""", HttpStatusCode.UnprocessableEntity, "invalid_request", "prompt")]
    [InlineData("{}", HttpStatusCode.UnprocessableEntity, "invalid_request", "prompt")]
    public async Task What_cannot_be_done_is_refused_by_name(string request, HttpStatusCode status, string code, string param)
    {
        using var ada = stack.User();

        using var answer = await ada.PostAsync(Route, new StringContent(request, null, "application/json"), Ct);

        var error = (await Problem.ExpectAsync(answer, status)).GetProperty("error");
        Assert.Equal((code, param), (error.GetProperty("code").GetString(), error.GetProperty("param").GetString()));
        Assert.Equal(0, await stack.CountAsync($"SELECT count(*) FROM generations WHERE owner_id = '{ada.Id}'"));
    }

    [Fact]
    public async Task A_request_that_is_repeated_gets_the_same_images()
    {
        using var ada = stack.User();

        using var first = await SendAsync(ada, "hills");
        using var again = await SendAsync(ada, "hills");
        using var other = await SendAsync(ada, "sea");

        Assert.Equal(IdOf(await AssetUser.ReadAsync(first, HttpStatusCode.OK)), IdOf(await AssetUser.ReadAsync(again, HttpStatusCode.OK)));
        await Problem.ExpectAsync(other, HttpStatusCode.UnprocessableEntity);
        Assert.Equal(1, await stack.CountAsync($"SELECT count(*) FROM generations WHERE owner_id = '{ada.Id}'"));

        static Guid IdOf(JsonElement answer) => Assert.Single(answer.GetProperty("data").EnumerateArray()).GetProperty("asset_id").GetGuid();
    }

    private static async Task<HttpResponseMessage> SendAsync(AssetUser user, string prompt)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Route) { Content = JsonContent.Create(new { prompt, size = "64x64" }), Headers = { { "Idempotency-Key", "one" } } };
        return await user.SendAsync(request, Ct);
    }

    private static async Task<JsonElement> CreateAsync(AssetUser user, object request)
    {
        using var answer = await user.PostAsJsonAsync(Route, request, Ct);
        return await AssetUser.ReadAsync(answer, HttpStatusCode.OK);
    }
}
