-- Makes a database as good as new.
DO $$
DECLARE
  one text;
  sweep CONSTANT text[] := ARRAY[
    $q$SELECT format('DROP EVENT TRIGGER %I', evtname) FROM pg_event_trigger$q$,
    $q$SELECT format('DROP PUBLICATION %I', pubname) FROM pg_publication$q$,
    $q$SELECT format('DROP SCHEMA %I CASCADE', nspname) FROM pg_namespace
       WHERE nspname !~ '^(pg_|information_schema$)'$q$,
    $q$SELECT format('DROP EXTENSION %I CASCADE', extname) FROM pg_extension
       WHERE extname <> 'plpgsql'$q$,
    $q$SELECT format('DROP FOREIGN DATA WRAPPER %I CASCADE', fdwname)
       FROM pg_foreign_data_wrapper$q$,
    $q$SELECT format('DROP LANGUAGE %I CASCADE', lanname) FROM pg_language WHERE oid >= 16384$q$,
    $q$SELECT format('DROP CAST (%s AS %s)', castsource::regtype, casttarget::regtype)
       FROM pg_cast WHERE oid >= 16384$q$,
    $q$SELECT format('DROP OWNED BY %I CASCADE', rolname) FROM pg_roles
       WHERE rolname IN ('app', 'one', 'two') OR rolname ~ '^provision_case_'$q$,
    $q$SELECT format('DROP ROLE %I', rolname) FROM pg_roles
       WHERE rolname IN ('app', 'one', 'two') OR rolname ~ '^provision_case_'$q$,
    $q$SELECT format('ALTER DATABASE %I RESET ALL', current_database())$q$,
    $q$SELECT format('COMMENT ON DATABASE %I IS NULL', current_database())$q$];
BEGIN
  FOR i IN 1 .. array_length(sweep, 1) LOOP
    FOR one IN EXECUTE sweep[i] LOOP
      EXECUTE one;
    END LOOP;
  END LOOP;
  DELETE FROM pg_default_acl;
  GRANT USAGE ON LANGUAGE plpgsql TO PUBLIC;
  CREATE SCHEMA public AUTHORIZATION pg_database_owner;
  GRANT USAGE ON SCHEMA public TO PUBLIC;
  COMMENT ON SCHEMA public IS 'standard public schema';
END
$$;
