using System.Globalization;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Engine;

/// <summary>Runs the callbacks of a resource and resolves what they leave: its variables and arguments as plain text.</summary>
internal static class ProcessValues
{
    public static async Task<Dictionary<string, object>> VariablesAsync(
        IResource resource, DistributedApplicationExecutionContext execution, CancellationToken cancellationToken)
    {
        Dictionary<string, object> values = [];
        var context = new EnvironmentCallbackContext(execution, resource, values, cancellationToken);
        foreach (var annotation in resource.Annotations.OfType<EnvironmentCallbackAnnotation>().ToArray())
        {
            await annotation.Callback(context);
        }

        return values;
    }

    public static async Task<List<object>> ArgumentsAsync(
        IResource resource, DistributedApplicationExecutionContext execution, CancellationToken cancellationToken)
    {
        List<object> values = [];
        var context = new CommandLineArgsCallbackContext(values, resource, cancellationToken) { ExecutionContext = execution };
        foreach (var annotation in resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>().ToArray())
        {
            await annotation.Callback(context);
        }

        return values;
    }

    public static async Task<string?> ResolveAsync(
        object value, IResource caller, DistributedApplicationExecutionContext execution, CancellationToken cancellationToken) => value switch
    {
        string text => text,
        IResourceBuilder<IResource> { Resource: IValueProvider provider } => await ResolveAsync(provider, caller, execution, cancellationToken),
        IValueProvider provider => await provider.GetValueAsync(new() { ExecutionContext = execution, Caller = caller }, cancellationToken),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };
}
