using System.Net;
using SkiaSharp;

namespace Gaia.Tests.Assets;

[Collection(nameof(AssetFixture))]
public sealed class VariantTests(AssetFixture stack)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("w=200", 200, 150, SKEncodedImageFormat.Png)]
    [InlineData("h=150&format=webp", 200, 150, SKEncodedImageFormat.Webp)]
    [InlineData("w=100&h=100", 100, 100, SKEncodedImageFormat.Png)]
    [InlineData("w=100&h=100&fit=contain&format=jpeg", 100, 75, SKEncodedImageFormat.Jpeg)]
    [InlineData("w=50&h=200&fit=fill", 50, 200, SKEncodedImageFormat.Png)]
    [InlineData("w=4000", 400, 300, SKEncodedImageFormat.Png)]
    [InlineData("w=800&h=800", 300, 300, SKEncodedImageFormat.Png)]
    [InlineData("format=webp", 400, 300, SKEncodedImageFormat.Webp)]
    public async Task A_variant_has_the_size_and_the_format_asked_for(string query, int width, int height, SKEncodedImageFormat format)
    {
        using var ada = stack.User();
        var asset = await ada.UploadAsync(Png.Noise(400, 300), name: "noise.png");

        using var answer = await ada.GetAsync($"{asset.Url()}?{query}", Ct);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal($"image/{format.ToString().ToLowerInvariant()}", answer.Content.Headers.ContentType?.MediaType);

        using var codec = SKCodec.Create(new MemoryStream(await answer.Content.ReadAsByteArrayAsync(Ct)));
        Assert.Equal((width, height, format), (codec.Info.Width, codec.Info.Height, codec.EncodedFormat));
    }

    [Fact]
    public async Task Cover_keeps_the_middle_and_the_shape()
    {
        using var ada = stack.User();

        // Red, white and blue upright stripes, white in the middle.
        using var flag = new SKBitmap(300, 100);
        for (var x = 0; x < 300; x++)
        {
            for (var y = 0; y < 100; y++)
            {
                flag.SetPixel(x, y, x < 100 ? SKColors.Red : x < 200 ? SKColors.White : SKColors.Blue);
            }
        }

        using var encoded = flag.Encode(SKEncodedImageFormat.Png, 100);
        var asset = await ada.UploadAsync(encoded.ToArray());

        using var square = SKBitmap.Decode(await ada.GetByteArrayAsync($"{asset.Url()}?w=40&h=40", Ct));
        Assert.All([square.GetPixel(2, 2), square.GetPixel(20, 20), square.GetPixel(37, 37)], pixel => Assert.Equal(SKColors.White, pixel));

        using var whole = SKBitmap.Decode(await ada.GetByteArrayAsync($"{asset.Url()}?w=60&h=60&fit=contain", Ct));
        Assert.Equal([SKColors.Red, SKColors.White, SKColors.Blue], [whole.GetPixel(5, 10), whole.GetPixel(30, 10), whole.GetPixel(55, 10)]);
    }

    [Theory]
    [InlineData(3, true)]
    [InlineData(6, false)]
    [InlineData(8, false)]
    public async Task A_photo_stands_upright_whichever_way_the_camera_was_held(byte orientation, bool sidesStay)
    {
        using var ada = stack.User();
        using var picture = new SKBitmap(80, 40);
        picture.Erase(SKColors.Lime);
        using var encoded = picture.Encode(SKEncodedImageFormat.Jpeg, 90);
        var asset = await ada.UploadAsync(Exif.WithOrientation(encoded.ToArray(), orientation));

        using var variant = SKBitmap.Decode(await ada.GetByteArrayAsync($"{asset.Url()}?w=40&format=png", Ct));

        Assert.Equal(sidesStay ? (40, 20) : (40, 80), (variant.Width, variant.Height));
    }

    [Fact]
    public async Task A_thousand_who_ask_at_once_cause_one_transform()
    {
        using var ada = stack.User();
        var asset = await ada.UploadAsync(Png.Noise(1500, 1000));

        var answers = await Task.WhenAll(Enumerable.Range(0, 1000).Select(async _ =>
        {
            using var answer = await ada.GetAsync($"{asset.Url()}?w=200&format=webp", Ct);
            return (answer.StatusCode, Status: answer.Headers.GetValues("Cache-Status").Single(), Tag: answer.Headers.ETag?.Tag);
        }));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Single(answers.Select(answer => answer.Tag).Distinct());
        Assert.Single(answers, answer => answer.Status == "gaia-asset; fwd=miss; stored");
    }

    [Fact]
    public async Task A_variant_is_kept_for_every_asset_of_the_same_content_and_goes_with_the_last()
    {
        using var ada = stack.User();
        using var bob = stack.User();
        var picture = Png.Noise(60, 60);
        var before = stack.Files();
        var (hers, his) = (await ada.UploadAsync(picture), await bob.UploadAsync(picture));

        using var made = await ada.GetAsync($"{hers.Url()}?w=20", Ct);
        using var found = await bob.GetAsync($"{his.Url()}?w=20", Ct);
        Assert.Equal("gaia-asset; hit", found.Headers.GetValues("Cache-Status").Single());
        Assert.Equal(made.Headers.ETag, found.Headers.ETag);

        await ada.StatusAsync(HttpMethod.Delete, $"/api/v1/assets/{hers.Id()}");
        Assert.Equal(HttpStatusCode.OK, await bob.StatusAsync(HttpMethod.Get, $"{his.Url()}?w=20"));
        await bob.StatusAsync(HttpMethod.Delete, $"/api/v1/assets/{his.Id()}");

        // The sweeper may have been quicker, and not be through.
        await Eventually.IsTrueAsync(() => stack.FilesSince(before) is [], ct: Ct);
    }

    [Fact]
    public async Task Who_asks_for_ever_other_sizes_does_not_fill_the_store()
    {
        await using var replica = await stack.StartReplicaAsync(("Images__VariantsPerImage", "3"));
        using var ada = stack.User(replica);
        var before = stack.Files();
        var asset = await ada.UploadAsync(Png.Noise(60, 60));

        for (var width = 10; width < 20; width++)
        {
            Assert.Equal(HttpStatusCode.OK, await ada.StatusAsync(HttpMethod.Get, $"{asset.Url()}?w={width}"));
        }

        await Eventually.IsTrueAsync(() => stack.FilesSince(before).Count == 1 + 3, ct: Ct);
    }

    [Theory]
    [InlineData("w=0")]
    [InlineData("w=-5")]
    [InlineData("w=abc")]
    [InlineData("h=4097")]
    [InlineData("w=99999999999999999999")]
    [InlineData("w=100&fit=squeeze")]
    [InlineData("format=exe")]
    public async Task A_variant_that_makes_no_sense_is_refused_by_field(string query)
    {
        using var ada = stack.User();
        var asset = await ada.UploadAsync(Png.Noise(10, 10));

        using var answer = await ada.GetAsync($"{asset.Url()}?{query}", Ct);

        var problem = await Problem.ExpectAsync(answer, HttpStatusCode.UnprocessableEntity);
        Assert.NotEmpty(problem.GetProperty("errors").EnumerateObject());
    }

    [Fact]
    public async Task What_is_no_picture_has_no_variants()
    {
        using var ada = stack.User();
        var asset = await ada.UploadAsync("just text"u8.ToArray());

        using var answer = await ada.GetAsync($"{asset.Url()}?w=10", Ct);

        await Problem.ExpectAsync(answer, HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task Bombs_do_not_swell_the_memory()
    {
        using var ada = stack.User();
        var (calm, peak) = (Memory(), 0L);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var watch = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                peak = Math.Max(peak, Memory());
            }
        }, Ct);

        // A hundred million pixels in a small file; a promise of four billion; and a small picture with much more behind it.
        using var flat = await ada.UploadRawAsync(Png.Flat(10_000, 10_000), "image/png");
        await Problem.ExpectAsync(flat, HttpStatusCode.UnprocessableEntity);
        using var promise = await ada.UploadRawAsync(Png.Promise(65_000, 65_000), "image/png");
        await Problem.ExpectAsync(promise, HttpStatusCode.UnprocessableEntity);
        var bomb = await ada.UploadAsync(Png.Bomb(100, 100, rows: 1_000_000), "image/png");
        Assert.Equal(HttpStatusCode.OK, await ada.StatusAsync(HttpMethod.Get, $"{bomb.Url()}?w=50"));
        var half = await ada.UploadAsync(Png.Promise(5_000, 5_000), "image/png");
        using var broken = await ada.GetAsync($"{half.Url()}?w=50", Ct);
        await Problem.ExpectAsync(broken, HttpStatusCode.UnprocessableEntity);

        await stop.CancelAsync();
        await watch;
        Assert.True(peak - calm < 300_000_000, $"{calm} became {peak}");
    }

    /// <summary>Bytes of the server in RAM.</summary>
    private long Memory() => System.Diagnostics.Process.GetProcessById(stack.Server.ProcessId).WorkingSet64;
}
