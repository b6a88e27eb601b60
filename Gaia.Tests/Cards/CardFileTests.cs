using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gaia.Tests.Assets;
using Gaia.Tests.Chat;

namespace Gaia.Tests.Cards;

[Collection(ChatNodesDefinition.Name)]
public sealed class CardFileTests(ChatNodes nodes) : IDisposable
{
    private const string Body = """ "description": "DESC ü", "extensions": { "a/b": 1.50, "deep": [null, { "x": 12345678901234567890 }] }, "strange": true """;

    private readonly CardSpeaker speaker = new(nodes);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("3", "ccv3", "tEXt")]
    [InlineData("3", "ccv3", "zTXt")]
    [InlineData("3", "ccv3", "iTXt")]
    [InlineData("2", "chara", "tEXt")]
    [InlineData("2", "Chara", "iTXt+")]
    [InlineData("1", "chara", "tEXt")]
    public async Task A_card_comes_in_as_a_picture_and_goes_out_as_one(string spec, string keyword, string kind)
    {
        var card = CardSpeaker.Card(spec, Body);

        var persona = await ImportAsync(CardPng.With(Png.Noise(8, 8), (keyword, kind, card.ToJsonString())));
        using var answer = await speaker.User.At().GetAsync($"{CardSpeaker.Personas}/{persona}/card?format=png", Ct);
        var picture = await answer.Content.ReadAsByteArrayAsync(Ct);

        Assert.Equal("image/png", answer.Content.Headers.ContentType?.MediaType);
        var written = JsonNode.Parse(CardPng.Text(picture, spec == "3" ? "ccv3" : "chara"))!.AsObject();
        Assert.All(spec == "1" ? card : card["data"]!.AsObject(), member => Assert.True(JsonNode.DeepEquals(member.Value, written["data"]![member.Key]), member.Key));
        using var again = await SendAsync(picture, "image/png");
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
    }

    [Fact]
    public async Task Of_two_cards_in_a_picture_that_of_version_3_counts()
    {
        var (second, third) = (CardSpeaker.Card("2", Body), CardSpeaker.Card("3", Body));

        var persona = await ImportAsync(CardPng.With(Png.Noise(8, 8), ("chara", "tEXt", second.ToJsonString()), ("ccv3", "tEXt", third.ToJsonString())));
        var exported = await speaker.User.GetAsync($"{CardSpeaker.Personas}/{persona}/card");

        Assert.Equal((string?)third["data"]!["name"], exported.GetProperty("data").GetProperty("name").GetString());
    }

    [Fact]
    public async Task A_card_comes_in_as_a_CHARX_file_and_what_is_lost_is_told()
    {
        var card = CardSpeaker.Card("3", Body + """, "assets": [{ "type": "icon", "uri": "embeded://assets/icon/images/main.png", "name": "main", "ext": "png" }]""");

        using var answer = await SendAsync(
            CardZip.With(("card.json", Encoding.UTF8.GetBytes(card.ToJsonString())), ("assets/icon/images/main.png", Png.Noise(8, 8)), ("assets/other/x.mp3", [1, 2, 3])),
            "application/zip");
        var imported = JsonElement.Parse(await answer.Content.ReadAsStringAsync(Ct));

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Contains("1 files within the CHARX file are not kept", imported.GetProperty("warnings").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_card_comes_in_as_a_file_of_a_form()
    {
        using var form = new MultipartFormDataContent();
        using var file = new ByteArrayContent(CardPng.With(Png.Noise(8, 8), ("chara", "tEXt", CardSpeaker.Card("2", Body).ToJsonString())));
        form.Add(file, "file", "ada.png");

        using var answer = await speaker.User.At().PostAsync($"{CardSpeaker.Personas}/import", form, Ct);

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
    }

    [Fact]
    public async Task A_newer_version_is_taken_with_a_warning()
    {
        var card = CardSpeaker.Card("3", Body);
        card["spec_version"] = "3.7";

        var imported = await speaker.User.PostAsync($"{CardSpeaker.Personas}/import", card);

        Assert.Contains("3.7", imported.GetProperty("warnings").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_every_card_must_have_is_added_to_one_without_it()
    {
        var persona = await speaker.ImportAsync(CardSpeaker.Card("3", """ "description": "D" """));
        var data = (await speaker.User.GetAsync($"{CardSpeaker.Personas}/{persona}/card")).GetProperty("data");

        Assert.All(["personality", "scenario", "first_mes", "mes_example", "system_prompt", "creator_notes"], text => Assert.Equal("", data.GetProperty(text).GetString()));
        Assert.All(["alternate_greetings", "group_only_greetings", "tags"], list => Assert.Equal(0, data.GetProperty(list).GetArrayLength()));
        Assert.Equal("{}", data.GetProperty("extensions").GetRawText());
    }

    public static TheoryData<string, int> Damaged => new()
    {
        { "no card", 422 }, { "no base64", 400 }, { "no JSON", 400 }, { "wrong checksum", 400 }, { "cut", 400 }, { "length", 400 }, { "bomb in zTXt", 413 }, { "no zlib", 400 },
        { "zip cut", 400 }, { "zip without card", 422 }, { "bomb in zip", 413 }, { "large", 413 }, { "large JSON", 413 }, { "empty", 400 }, { "many entries", 422 }, { "long key", 422 },
    };

    [Theory]
    [MemberData(nameof(Damaged))]
    public async Task A_damaged_or_hostile_file_is_refused_with_a_reason(string what, int status)
    {
        var card = CardSpeaker.Card("3", Body).ToJsonString();
        var good = CardPng.With(Png.Noise(8, 8), ("ccv3", "tEXt", card));
        byte[] zip = CardZip.With(("card.json", Encoding.UTF8.GetBytes(card)));
        byte[] file = what switch
        {
            "no card" => Png.Noise(8, 8),
            "no base64" => CardPng.WithRaw(Png.Noise(8, 8), "tEXt", "ccv3\0*not base64*"u8.ToArray()),
            "no JSON" => CardPng.With(Png.Noise(8, 8), ("ccv3", "tEXt", "{ not JSON")),
            "wrong checksum" => [.. good[..^1], (byte)(good[^1] ^ 1)],
            "cut" => good[..^20],
            "length" => [.. good[..8], 0xFF, 0xFF, 0xFF, 0xFF, .. good[12..]],
            "bomb in zTXt" => CardPng.WithRaw(Png.Noise(8, 8), "zTXt", [.. "ccv3\0\0"u8, .. CardPng.Pack(new byte[64 << 20])]),
            "no zlib" => CardPng.WithRaw(Png.Noise(8, 8), "zTXt", "ccv3\0\0nothing packed"u8.ToArray()),
            "zip cut" => zip[..^10],
            "zip without card" => CardZip.With(("other.json", [1])),
            "bomb in zip" => CardZip.With(("card.json", new byte[64 << 20])),
            "large" => new byte[(10 << 20) + 1],
            "large JSON" => Encoding.UTF8.GetBytes($"{{\"name\":\"{new string('x', 5 << 20)}\"}}"),
            "many entries" => Encoding.UTF8.GetBytes(CardSpeaker.Card("3", $$""" "character_book": { "entries": [{{string.Join(',', Enumerable.Repeat("{}", 1_001))}}] } """).ToJsonString()),
            "long key" => Encoding.UTF8.GetBytes(CardSpeaker.Card("3", $$""" "character_book": { "entries": [{ "keys": ["{{new string('x', 1_001)}}"], "use_regex": true }] } """).ToJsonString()),
            _ => [],
        };

        using var answer = await SendAsync(file, "application/octet-stream");

        await Problem.ExpectAsync(answer, (HttpStatusCode)status);
    }

    public void Dispose() => speaker.Dispose();

    private async Task<string> ImportAsync(byte[] file)
    {
        using var answer = await SendAsync(file, "image/png");
        var text = await answer.Content.ReadAsStringAsync(Ct);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonElement.Parse(text).GetProperty("persona").GetProperty("id").GetString()!;
    }

    private async Task<HttpResponseMessage> SendAsync(byte[] file, string type)
    {
        using var content = new ByteArrayContent(file) { Headers = { ContentType = new MediaTypeHeaderValue(type) } };
        return await speaker.User.At().PostAsync($"{CardSpeaker.Personas}/import", content, Ct);
    }
}
