using System.Globalization;
using System.Net.Sockets;
using Gaia.Tests.Faults;

namespace Gaia.Tests.Assets;

/// <summary>s3rver, a real S3 server on a folder (from npm; needs node).</summary>
public sealed class S3Server : LocalServer
{
    public const string Bucket = "gaia";

    // What s3rver accepts.
    public const string AccessKey = "S3RVER";

    private const string Version = "3.7.1";

    private S3Server()
    {
    }

    public static Task<S3Server> StartAsync(CancellationToken ct = default) => StartAsync(new S3Server(), ct);

    public string Url => $"http://127.0.0.1:{Port.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>The stored objects' keys.</summary>
    public IReadOnlyList<string> Keys() =>
        [.. Directory.EnumerateFiles(Path.Combine(Data, Bucket), "*_object", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Path.Combine(Data, Bucket), file).Replace("._S3rver_object", "", StringComparison.Ordinal))];

    protected override IEnumerable<string> CommandLine =>
    [
        "npx", "--yes", $"s3rver@{Version}",
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
