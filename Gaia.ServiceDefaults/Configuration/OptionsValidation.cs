using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Gaia;

internal static class OptionsValidation
{
    /// <summary>Validates what was registered with <c>AddOptionsWithValidateOnStart</c> now, to end with a line per failure instead of a stack trace.</summary>
    public static void ValidateOptionsOrExit(this IServiceProvider services)
    {
        try
        {
            services.GetService<IStartupValidator>()?.Validate();
        }
        catch (OptionsValidationException invalid)
        {
            StartRefusal.Exit(LinesOf(invalid));
        }
        catch (AggregateException several) when (several.InnerExceptions.All(inner => inner is OptionsValidationException))
        {
            StartRefusal.Exit(several.InnerExceptions.Cast<OptionsValidationException>().SelectMany(LinesOf));
        }
        catch (InvalidOperationException unreadable) when (unreadable.TargetSite?.DeclaringType == typeof(ConfigurationBinder))
        {
            // The binder names the key, the value and the type.
            StartRefusal.Exit(unreadable.Message);
        }
    }

    private static IEnumerable<string> LinesOf(OptionsValidationException invalid) => invalid.Failures.Select(failure => failure.ReplaceLineEndings(" "));
}
