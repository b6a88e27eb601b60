using System.Net;
using Anthropic;
using Microsoft.Extensions.AI;

namespace Gaia.Chat.Providers;

/// <summary>
/// Makes the clients that speak to providers. They have their own HTTP connections, without the retries and short deadlines that services call each
/// other with: a model may think for a minute, and what to repeat is decided by <see cref="Provider.Resilience"/> alone.
/// </summary>
internal static class ProviderConnection
{
    // Anthropic demands a limit with every call; this one is used when the caller names none.
    private const int AnthropicOutputTokens = 4_096;

    public static Provider Open(ProviderOptions options, TimeProvider clock, ILogger<Provider> log)
    {
        var http = new HttpClient(new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            MaxConnectionsPerServer = int.MaxValue,
            AutomaticDecompression = DecompressionMethods.All,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };

        if (options.Kind is ProviderKind.Anthropic)
        {
            return new Provider(options, Anthropic(options, http), clock, log);
        }

        var connection = new OpenAIConnection(http, options);
        return new Provider(options, model => new OpenAICompatibleClient(connection, model), clock, log) { OpenAI = connection };
    }

    private static Func<string, IChatClient> Anthropic(ProviderOptions options, HttpClient http)
    {
        var client = new AnthropicClient
        {
            ApiKey = options.ApiKey,
            BaseUrl = options.Url.ToString().TrimEnd('/'),
            HttpClient = http,
            MaxRetries = 0,
            Timeout = Timeout.InfiniteTimeSpan,
        };
        return model => new AnthropicChatClient(client.AsIChatClient(model, AnthropicOutputTokens));
    }
}
