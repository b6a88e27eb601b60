using System.Net.Sockets;

namespace Gaia.Bench.Servers;

/// <summary>An nginx with one worker that serves files: the baseline, and a backend of minimal cost.</summary>
internal sealed class Nginx : LocalServer
{
    private readonly Cores cores;
    private readonly IReadOnlyDictionary<string, byte[]> files;

    private Nginx(Cores cores, IReadOnlyDictionary<string, byte[]> files) => (this.cores, this.files) = (cores, files);

    public static bool IsInstalled => Programs.Find("nginx") is not null;

    public Uri Address => new($"http://127.0.0.1:{Port}");

    /// <param name="files">Contents by path, such as "/api/v1/chat/personas"; served as JSON unless the extension says otherwise.</param>
    public static Task<Nginx> StartAsync(Cores cores, IReadOnlyDictionary<string, byte[]> files, CancellationToken ct) => StartAsync(new Nginx(cores, files), ct);

    protected override IEnumerable<string> CommandLine => cores.CommandLineOf([Programs.Find("nginx")!, "-e", "stderr", "-p", Data, "-c", Path.Combine(Data, "nginx.conf")]);

    protected override async Task PrepareAsync(CancellationToken ct)
    {
        await base.PrepareAsync(ct);
        foreach (var (path, content) in files)
        {
            var file = Path.Combine(Data, "www", path.TrimStart('/'));
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllBytesAsync(file, content, ct);
        }

        await File.WriteAllTextAsync(
            Path.Combine(Data, "nginx.conf"),
            $$"""
            daemon off;
            worker_processes 1;
            pid {{Data}}/nginx.pid;
            {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
            events { worker_connections 4096; }
            http {
                access_log off;
                sendfile on;
                tcp_nopush on;
                keepalive_requests 1000000000;
                open_file_cache max=1000;
                default_type application/json;
                client_body_temp_path {{Data}}/body;
                proxy_temp_path {{Data}}/proxy;
                fastcgi_temp_path {{Data}}/fastcgi;
                uwsgi_temp_path {{Data}}/uwsgi;
                scgi_temp_path {{Data}}/scgi;
                server {
                    listen 127.0.0.1:{{Port}};
                    root {{Data}}/www;
                }
            }
            """,
            ct);
    }

    protected override async Task<bool> IsReadyAsync(CancellationToken ct)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync("127.0.0.1", Port, ct);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
