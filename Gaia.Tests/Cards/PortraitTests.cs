using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Gaia.Tests.Assets;
using Gaia.Tests.Chat;
using SkiaSharp;

namespace Gaia.Tests.Cards;

/// <summary>The picture that a character card comes in becomes the persona's portrait, an asset of whoever imported it.</summary>
[Collection(ChatNodesDefinition.Name)]
public sealed class PortraitTests(ChatNodes nodes, PortraitFixture fixture) : IClassFixture<PortraitFixture>
{
    private readonly GaiaService assets = fixture.Assets;
    private readonly GaiaService chat = fixture.Chat;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Everyone_sees_the_portrait_in_any_size_without_the_card_in_it()
    {
        using var ada = Owner();
        var picture = Png.Noise(8, 8);
        using var nobody = nodes.Anyone();
        var anyone = nobody.At(chat);

        var persona = await ImportAsync(ada, picture);
        var url = persona.GetProperty("portrait_url").GetString()!;
        using var answer = await anyone.GetAsync(url, Ct);
        using var small = SKBitmap.Decode(await anyone.GetByteArrayAsync($"{url}?w=4&format=webp", Ct));
        using var again = new HttpRequestMessage(HttpMethod.Get, url) { Headers = { IfNoneMatch = { answer.Headers.ETag! } } };
        using var unchanged = await anyone.SendAsync(again, Ct);

        Assert.Equal(("image/png", "nosniff"), (answer.Content.Headers.ContentType?.MediaType, answer.Headers.GetValues("X-Content-Type-Options").Single()));
        var shown = await answer.Content.ReadAsByteArrayAsync(Ct);
        Assert.Equal(picture, shown);
        Assert.Equal(4, small.Width);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
        Assert.Equal(url, (await ada.GetAsync($"{CardSpeaker.Personas}/{persona.Id()}", chat)).GetProperty("persona").GetProperty("portrait_url").GetString());
        Assert.Equal(persona.GetProperty("name").GetString(), Assert.Single(await AssetsOfAsync(ada)).GetProperty("name").GetString());
    }

    [Fact]
    public async Task The_main_icon_of_a_CHARX_file_is_the_portrait_and_an_exported_picture_shows_it()
    {
        using var ada = Owner();
        var icon = Png.Noise(8, 8);
        var card = CardSpeaker.Card("3", """ "description": "D", "assets": [{ "type": "icon", "uri": "embeded://assets/main.png", "name": "main", "ext": "png" }]""");

        var persona = await ImportAsync(ada, CardZip.With(("card.json", Encoding.UTF8.GetBytes(card.ToJsonString())), ("assets/main.png", icon)), "application/zip");
        var exported = await ada.At(chat).GetByteArrayAsync($"{CardSpeaker.Personas}/{persona.Id()}/card?format=png", Ct);

        using var expected = SKBitmap.Decode(icon);
        using var shown = SKBitmap.Decode(exported);
        Assert.Equal(expected.Bytes, shown.Bytes);
        Assert.Contains("ccv3", Encoding.Latin1.GetString(exported), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_card_that_is_refused_leaves_no_picture_behind()
    {
        using var ada = Owner();
        var picture = Pictured(Png.Noise(8, 8));
        await SendAsync(ada, picture, "image/png", HttpStatusCode.Created);

        await SendAsync(ada, picture, "image/png", HttpStatusCode.Conflict);

        Assert.Single(await AssetsOfAsync(ada));
    }

    [Fact]
    public async Task Who_may_not_store_assets_is_told_that_the_picture_is_not_kept()
    {
        using var ada = nodes.NewUser(Scopes.PersonasWrite);

        var imported = await SendAsync(ada, Pictured(Png.Noise(8, 8)), "image/png", HttpStatusCode.Created);

        Assert.StartsWith("The picture is not kept: ", Assert.Single(imported.GetProperty("warnings").EnumerateArray()).GetString(), StringComparison.Ordinal);
        Assert.False(imported.GetProperty("persona").TryGetProperty("portrait_url", out _));
    }

    [Fact]
    public async Task Without_Asset_cards_are_imported_and_exported_all_the_same()
    {
        using var ada = Owner();
        var persona = await ImportAsync(ada, Png.Noise(8, 8));
        await assets.KillAsync(Ct);
        try
        {
            var imported = await SendAsync(ada, Pictured(Png.Noise(8, 8)), "image/png", HttpStatusCode.Created);
            using var portrait = await ada.At(chat).GetAsync(persona.GetProperty("portrait_url").GetString(), Ct);
            var exported = await ada.At(chat).GetByteArrayAsync($"{CardSpeaker.Personas}/{persona.Id()}/card?format=png", Ct);

            Assert.Contains("does not answer", Assert.Single(imported.GetProperty("warnings").EnumerateArray()).GetString(), StringComparison.Ordinal);
            await Problem.ExpectAsync(portrait, HttpStatusCode.ServiceUnavailable);
            Assert.Contains("ccv3", Encoding.Latin1.GetString(exported), StringComparison.Ordinal);
        }
        finally
        {
            await assets.RestartAsync(Ct);
        }
    }

    [Fact]
    public async Task A_portrait_whose_asset_is_deleted_is_gone()
    {
        using var ada = Owner();
        var persona = await ImportAsync(ada, Png.Noise(8, 8));
        using var owner = AssetClient(ada);
        using var deleted = await owner.DeleteAsync($"/api/v1/assets/{Assert.Single(await AssetsOfAsync(ada)).Id()}", Ct);

        using var portrait = await ada.At(chat).GetAsync(persona.GetProperty("portrait_url").GetString(), Ct);

        await Problem.ExpectAsync(portrait, HttpStatusCode.NotFound, "Portrait not found");
    }

    private ChatUser Owner() => nodes.NewUser(Scopes.Chat, Scopes.PersonasWrite, Scopes.AssetsWrite);

    /// <summary>A card within a picture.</summary>
    private static byte[] Pictured(byte[] picture) => CardPng.With(picture, ("ccv3", "tEXt", CardSpeaker.Card("3", """ "description": "D" """).ToJsonString()));

    private Task<JsonElement> ImportAsync(ChatUser user, byte[] picture) => ImportAsync(user, Pictured(picture), "image/png");

    private async Task<JsonElement> ImportAsync(ChatUser user, byte[] file, string type)
    {
        var imported = await SendAsync(user, file, type, HttpStatusCode.Created);
        Assert.False(imported.TryGetProperty("warnings", out _), imported.ToString());
        return imported.GetProperty("persona");
    }

    private async Task<JsonElement> SendAsync(ChatUser user, byte[] file, string type, HttpStatusCode expected)
    {
        using var content = new ByteArrayContent(file) { Headers = { ContentType = new MediaTypeHeaderValue(type) } };
        using var answer = await user.At(chat).PostAsync($"{CardSpeaker.Personas}/import", content, Ct);
        return await AssetUser.ReadAsync(answer, expected);
    }

    private async Task<IReadOnlyList<JsonElement>> AssetsOfAsync(ChatUser user)
    {
        using var client = AssetClient(user);
        return [.. JsonElement.Parse(await client.GetStringAsync("/api/v1/assets", Ct)).GetProperty("assets").EnumerateArray()];
    }

    private HttpClient AssetClient(ChatUser user)
    {
        var client = user.At();
        client.BaseAddress = assets.Address;
        return client;
    }
}
