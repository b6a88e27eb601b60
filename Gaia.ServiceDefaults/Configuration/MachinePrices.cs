using System.Globalization;

namespace Gaia;

/// <summary><c>MACHINE_PRICES</c>: what a process of each service costs.</summary>
internal static class MachinePrices
{
    public static VariableValue Value { get; } =
        new("services and US dollars from 0 to 10000000, such as gateway=2.02,chat=5.92", Read);

    private static IEnumerable<KeyValuePair<string, string?>>? Read(string text)
    {
        var prices = text.Split(',', StringSplitOptions.TrimEntries).Select(price => price.Split('=', StringSplitOptions.TrimEntries)).ToList();
        return prices.TrueForAll(IsPrice) ? prices.Select(price => KeyValuePair.Create($"MachinePrice:PerMonth:{price[0]}", (string?)price[1])) : null;
    }

    private static bool IsPrice(string[] price) =>
        price is [Resources.Auth or Resources.Chat or Resources.Asset or Resources.Gateway, var dollars]
        && decimal.TryParse(dollars, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount) && amount is >= 0 and <= 10_000_000;
}
