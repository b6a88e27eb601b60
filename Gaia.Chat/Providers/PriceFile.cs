using System.Text.Json;
using Microsoft.Extensions.Options;

namespace Gaia.Chat.Providers;

/// <summary>
/// The prices of models: of the file that Gaia ships, or of the one that <c>MODEL_PRICES</c> names in its place. Settings under <c>Models:Prices</c> come
/// before either.
/// </summary>
internal sealed partial class PriceFile(IConfiguration settings, ILogger<PriceFile> log) : IPostConfigureOptions<ModelOptions>
{
    private const string Variable = "MODEL_PRICES";

    public void PostConfigure(string? name, ModelOptions options)
    {
        var path = settings[Variable] is { Length: > 0 } own ? own : Path.Combine(AppContext.BaseDirectory, "prices.json");
        var list = Read(path);
        LogRead(path, list.AsOf, list.Prices.Count);
        foreach (var (model, price) in list.Prices)
        {
            options.Prices.TryAdd(model, price);
        }
    }

    private static PriceList Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<PriceList>(File.ReadAllBytes(path), EventJson.Options) is { Prices: not null } list
                ? list
                : throw new JsonException("The file holds no prices.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new OptionsValidationException(Variable, typeof(ModelOptions), [$"{Variable} is \"{path}\": it must be a file of prices like prices.json ({e.Message})."]);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Read {Count} prices as of {AsOf} from {Path}")]
    private partial void LogRead(string path, DateOnly asOf, int count);

    private sealed record PriceList(DateOnly AsOf, IReadOnlyDictionary<string, ModelPrice> Prices);
}
