using System.Globalization;
using System.Net.Sockets;
using Gaia.Tests.Publishing;

namespace Gaia.Tests.Assets;

/// <summary>s3rver, in the fork that checks signatures of version 4: an S3 server on a folder, from npm (see S3/package.json; test.sh installs it).</summary>
public sealed class S3Server : LocalServer
{
    public const string Bucket = "gaia";

    // What s3rver accepts.
    private const string AccessKey = "S3RVER";

    private S3Server()
    {
    }

    public static Task<S3Server> StartAsync(CancellationToken ct = default) => StartAsync(new S3Server(), ct);

    public string Url => $"http://127.0.0.1:{Port.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>What makes a replica of Gaia.Asset store there.</summary>
    public (string Name, string Value)[] Settings =>
    [
        ("S3_BUCKET", Bucket),
        ("S3_ENDPOINT", Url),
        ("S3_ACCESS_KEY", AccessKey),
        ("S3_SECRET_KEY", AccessKey),
    ];

    /// <summary>The stored objects' keys.</summary>
    public IReadOnlyList<string> Keys() =>
        [.. Directory.EnumerateFiles(Path.Combine(Data, Bucket), "*_object", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Path.Combine(Data, Bucket), file).Replace("._S3rver_object", "", StringComparison.Ordinal))];

    protected override IEnumerable<string> CommandLine =>
    [
        "node", Path.Combine(Publisher.Repository, "Gaia.Tests", "Assets", "S3", "server.cjs"),
        "--directory", Data,
        "--address", "127.0.0.1",
        "--port", Port.ToString(CultureInfo.InvariantCulture),
        "--configure-bucket", Bucket,
    ];

    protected override async Task<bool> IsReadyAsync(CancellationToken ct)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", Port, ct);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
