using System.Net.Http.Headers;
using System.Text;

namespace Gaia.Bench.Load;

/// <summary>Sends requests before anything is measured, as a process that was just started spends most of its time on JIT compilation.</summary>
internal static class Warmup
{
    private const int Connections = 8;

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(10);

    /// <summary>Runs the warm-up; errors are left to the benchmark that follows.</summary>
    public static async Task RunAsync(Target target, CancellationToken ct)
    {
        using var client = new HttpClient();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct);
        end.CancelAfter(Duration);
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => RepeatAsync(client, target, end.Token)));
        ct.ThrowIfCancellationRequested();
    }

    private static async Task RepeatAsync(HttpClient client, Target target, CancellationToken end)
    {
        try
        {
            while (true)
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, target.Address)
                {
                    Content = new StringContent(target.Body!, Encoding.UTF8, new MediaTypeHeaderValue("application/json")),
                };
                foreach (var (name, value) in target.Headers)
                {
                    request.Headers.Add(name, value);
                }

                using var answer = await client.SendAsync(request, end);
                await answer.Content.LoadIntoBufferAsync(end);
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // Warm.
        }
    }
}
