using System.Net;
using System.Text;
using Gaia.Tests.Admission;
using Gaia.Tests.Auth;

namespace Gaia.Tests.Assets;

/// <summary>Assets as clients meet them: through the gateway, which hands bodies on while they come.</summary>
[Collection(nameof(GatewayFixture))]
public sealed class GatewayAssetTests(GatewayFixture fixture)
{
    private const string Assets = "/api/v1/assets";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Content-Length: 50000000")]
    [InlineData("Transfer-Encoding: chunked")]
    public async Task A_file_that_is_too_large_is_refused_as_such_by_whoever_notices(string length)
    {
        await using var stack = await Stack.StartAsync(fixture, maxBytes: 1_000_000);
        var piece = Encoding.ASCII.GetBytes($"10000\r\n{new string(' ', 1 << 16)}\r\n");
        var head = $"POST {Assets} HTTP/1.1\r\nHost: gaia\r\nAuthorization: Bearer {stack.User.AccessToken}\r\nContent-Type: application/octet-stream\r\n{length}\r\n\r\n";

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => RawHttp.SendEndlesslyAsync(stack.Gateway.Address, head, piece, 50_000_000 / piece.Length, Ct)));

        Assert.All(answers, answer => Assert.StartsWith("HTTP/1.1 413", answer, StringComparison.Ordinal));
        await Eventually.IsTrueAsync(() => stack.Files is [], ct: Ct);
    }

    [Fact]
    public async Task A_file_may_be_as_large_as_the_setting_says()
    {
        const int size = 110_000_000;
        await using var stack = await Stack.StartAsync(fixture, maxBytes: size);

        using var form = new MultipartFormDataContent { { new StreamContent(new MemoryStream(new byte[size])), "file", "zeros.bin" } };
        var asset = await stack.Api.ExpectAsync(HttpStatusCode.Created, HttpMethod.Post, Assets, form, stack.User.AccessToken);

        Assert.Equal(size, asset.GetProperty("size").GetInt32());
    }

    [Fact]
    public async Task Who_is_refused_in_the_middle_of_a_slow_body_hears_why()
    {
        await using var stack = await Stack.StartAsync(fixture, maxBytes: 1_000_000, quota: 10_000);

        using var answer = await stack.Api.SendAsync(HttpMethod.Post, Assets, new SlowContent(), stack.User.AccessToken);

        await Problem.ExpectAsync(answer, HttpStatusCode.RequestEntityTooLarge, "The storage quota is used up");
    }

    [Fact]
    public async Task What_is_read_by_range_comes_as_it_is_stored_also_to_who_takes_it_compressed()
    {
        await using var stack = await Stack.StartAsync(fixture, maxBytes: 1_000_000);
        var text = string.Join('\n', Enumerable.Range(0, 3000));
        var asset = await stack.Api.ExpectAsync(HttpStatusCode.Created, HttpMethod.Post, Assets, new StringContent(text), stack.User.AccessToken);

        using var answer = await stack.Api.SendAsync(HttpMethod.Get, asset.Url(), token: stack.User.AccessToken, headers: ("Accept-Encoding", "gzip, br"));

        Assert.Equal(["bytes"], answer.Headers.AcceptRanges);
        Assert.Empty(answer.Content.Headers.ContentEncoding);
        Assert.Equal(text, await answer.Content.ReadAsStringAsync(Ct));
    }

    /// <summary>Too much at once, and then some more for longer than a server waits for what it no longer wants. The pause is the client's pace.</summary>
    private sealed class SlowContent : HttpContent
    {
        private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(new byte[200_000], Ct);
            for (var piece = 0; piece < 80; piece++)
            {
                await stream.WriteAsync(new byte[2000], Ct);
                await stream.FlushAsync(Ct);
                await Task.Delay(Pause, Ct);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    /// <summary>An Asset and a gateway before it that are told the same largest size, and somebody who has signed in.</summary>
    private sealed class Stack(DirectoryInfo folder, GaiaService asset, GatewayServer gateway, GatewayApi api, SignedIn user) : IAsyncDisposable
    {
        public GatewayServer Gateway => gateway;

        public GatewayApi Api => api;

        public SignedIn User => user;

        /// <summary>Everything that Asset keeps, finished or not.</summary>
        public FileInfo[] Files => folder.GetFiles("*", SearchOption.AllDirectories);

        public static async Task<Stack> StartAsync(GatewayFixture fixture, int maxBytes, int quota = int.MaxValue)
        {
            var folder = Directory.CreateTempSubdirectory("gaia-uploads-");
            var asset = await GaiaService.StartAsync(
                Resources.Asset,
                new Dictionary<string, string>
                {
                    ["DATABASE_URL"] = $"postgresql://postgres@127.0.0.1:{fixture.Postgres.Port}/assetdb",
                    ["REDIS_URL"] = $"redis://127.0.0.1:{fixture.Redis.Port}",
                    ["NATS_URL"] = fixture.Nats.Url,
                    ["IDENTITY_KEY"] = AuthServer.IdentityKey,
                    ["ASSET_PATH"] = folder.FullName,
                    ["ASSET_MAX_BYTES"] = $"{maxBytes}",
                    ["ASSET_QUOTA_BYTES"] = $"{quota}",
                },
                ct: Ct);
            var gateway = await fixture.StartAsync(new() { ["services:asset:http:0"] = asset.Address.ToString(), ["ASSET_MAX_BYTES"] = $"{maxBytes}" });
            var api = new GatewayApi(gateway);
            return new(folder, asset, gateway, api, await api.SignUpAsync());
        }

        public async ValueTask DisposeAsync()
        {
            await gateway.DisposeAsync();
            await asset.DisposeAsync();
            folder.Delete(recursive: true);
        }
    }
}
